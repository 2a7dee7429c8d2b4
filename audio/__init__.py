"""Ears and mouth: microphones, files, voice activity, Vosk, pyttsx3, playing and earcons."""

"""The pure core: what the assistant decides. Events in, actions out; no clock, no sound, no disk."""

from assistant.conversation.conversation import Conversation
from assistant.conversation.memory import Memory
from assistant.conversation.setting import Setting

__all__ = ["Conversation", "Memory", "Setting"]

"""German: led, kept, recalled and careful, with every word from the German files."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.config import Config, Partner
from assistant.events import Listen, Save, Say
from assistant.household import build_voice, examples, load_setting
from assistant.household import load_rituals as household_rituals
from assistant.safety import Safety
from intents.concerns import load_concerns
from intents.marks import read
from prompts.contacts import contacts
from prompts.lines import FOLDER, Lines
from prompts.types import Expects
from prompts.wording import remarks
from tests.command import hearth
from tests.stage import PARTNERS, Stage, rituals, sentences

GERMAN = Lines("de")
HOUSEHOLD = '[[partners]]\nname = "Sam"\n\n[[partners]]\nname = "Alex"\n'
CONTROLS = (
    "überspringen",
    "noch einmal",
    "pause",
    "weiter",
    "ich passe",
    "streich das",
    "wie lange noch",
    "hilfe",
    "ja",
)
WORDS = ("der Hund war heute so lustig", "wir haben zusammen gekocht", "sieben", "danke alex für die suppe")
ASKED = (
    *("was haben wir diese woche aneinander geschätzt", "wie war unsere woche", "mehr", "wer hat das gesagt"),
    *("welche rituale gibt es", "was weißt du über uns", "hilfe und kontakte", "vergiss alles was ich gesagt habe"),
    *("hier ist sam", "nein", "was lief im märz gut", "lies uns etwas vor", "qwertz"),
    *("schreib wieder mit", "hallo", "danke", "fertig", "auszeit", "er schlägt mich", "ich will sterben"),
)
MOVES = st.sampled_from([*CONTROLS, *WORDS, *ASKED, "stopp", "startet unser kaffeeritual", "(quiet)"])


# ---------------------------------------------------------------- every word is German

HOLE = re.compile(r"\{(\w+)(?::([^|}]*)\|([^}]*))?\}")


@cache
def wordings(key: str) -> tuple[re.Pattern[str], ...]:
    """What a German line or prompt may sound like, its holes as groups."""
    data = read(FOLDER / "de" / "lines.yaml").data
    assert isinstance(data, dict)
    spoken = data["lines"].get(key)
    if spoken is None:
        steps = [step for ritual in rituals("de").values() for step in ritual.steps]
        spoken = [prompt.text for step in steps for prompt in step.prompts if prompt.id == key]
    return tuple(
        re.compile(_pattern(text), re.IGNORECASE) for text in ([spoken] if isinstance(spoken, str) else spoken)
    )


def _pattern(text: str) -> str:
    parts, at = [], 0
    for hole in HOLE.finditer(text):
        parts.append(re.escape(text[at : hole.start()]))
        one, other = hole[2], hole[3]
        parts.append(
            "(.+)" if one is None else f"(?:{re.escape(one)}|{re.escape(other).replace(re.escape('#'), '[0-9]+')})"
        )
        at = hole.end()
    return "".join([*parts, re.escape(text[at:])])


@cache
def known_values() -> frozenset[str]:
    """What may stand in a hole: names, numbers, what was said, and what the German files call things."""
    titles = [ritual.title for ritual in rituals("de").values()]
    periods = GERMAN.names("period").values()
    commands = examples(sentences("de"))
    given = (*PARTNERS, *WORDS, *CONTROLS, *ASKED, *titles, ", ".join(titles), *periods, *commands)
    return frozenset(value.casefold() for value in given)


def german(say: Say) -> bool:
    """Whether all of it comes from the German files, the names or the people."""
    for wording in wordings(say.line):
        found = wording.fullmatch(say.text)
        if found and all(_known(value) for value in found.groups()):
            return True
    return False


def _known(value: str) -> bool:
    """Whether it is a name, a title, a number, somebody's words, or a sentence that the German templates understand."""
    given = value.casefold() in known_values() or bool(re.fullmatch(r"[0-9 ,:]+|um [0-9:]+ Uhr", value))
    said = {word for text in (*WORDS, *ASKED) for word in text.casefold().split()}
    themes = all(word in said for word in value.casefold().split(", "))
    return given or themes or sentences("de").match(value) is not None


@given(st.lists(MOVES, min_size=5, max_size=30), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_every_reply_is_german(moves: list[str], seed: int) -> None:
    around = load_setting(Config(language="de", country="DE"), tuple(rituals("de").values()))
    stage = Stage(language="de", seed=seed, contacts=around.contacts, commands=examples(sentences("de")))
    for move in moves:
        if move == "(quiet)":
            stage.quiet()
        else:
            stage.say(move)
    spoken = [action for action in stage.actions if isinstance(action, Say)]
    assert spoken
    contact = {what for what, _, _ in around.contacts} | {hours for _, _, hours in around.contacts}
    for say in spoken:
        if say.line in ("contact", "contact_hours"):
            assert any(what in say.text for what in contact)
        else:
            assert german(say), f"{say.line}: {say.text}"
    assert stage.talk.over or isinstance(stage.listening, Listen) or stage.talk.ritual


def test_an_english_reply_would_be_noticed() -> None:
    assert german(Say("Hallo. Ich höre zu.", "hello"))
    assert not german(Say("Hello. I'm listening.", "hello"))
    assert not german(Say("Was hat Alex gestern getan, das dir gutgetan hat?", "wish.1"))
    assert not german(Say("Letzte Woche, für euch beide.", "recall_intro"))
    assert not german(Say("coffee ritual. Diesmal beginnt Sam.", "ritual_begin"))
    assert german(Say("Kaffeeritual. Diesmal beginnt Sam.", "ritual_begin"))


def test_contacts_are_spoken_in_german() -> None:
    config = Config(language="de", country="DE")
    said = load_setting(config, household_rituals(config)).contacts
    assert [number for _, number, _ in said] == [contact.spoken for contact in contacts("DE")]
    assert said[0][0] == "Notruf"
    assert said[1][2] == "Tag und Nacht"


def test_nobody_is_addressed_formally() -> None:
    """Both are „ihr“, one alone is „du“; „Sie“ stands at the beginning of a sentence only, for things."""
    for text in [*GERMAN.texts(), *(p.text for r in rituals("de").values() for s in r.steps for p in s.prompts)]:
        assert not re.search(r"(?<![.?!:|] )(?<![|{:])(?<!^)\b(Sie|Ihnen|Ihr|Ihre|Ihren|Ihrem)\b", text), text


# ---------------------------------------------------------------- what is led


def test_the_coffee_ritual_has_forty_questions_worth_hearing() -> None:
    for name in ("coffee", "appreciation"):
        asked = [step for step in rituals("de")[name].steps if step.expects is Expects.WORDS]
        assert len({prompt.id for step in asked for prompt in step.prompts}) >= 40
        assert remarks(rituals("de")[name]) == []


def test_led_kept_and_recalled_in_their_own_words() -> None:
    stage = Stage(language="de")
    stage.say("startet unser kaffeeritual")
    for words in ("viel Arbeit", "wenig Arbeit", "Ruhe", "Musik", "du warst geduldig", "du hast gelacht"):
        assert [action.entry.text for action in stage.say(words) if isinstance(action, Save)][:1] == [words]
    told = [
        action.text for action in stage.say("was haben wir diese woche aneinander geschätzt") if isinstance(action, Say)
    ]
    assert any(text.endswith("du warst geduldig") for text in told)
    assert any(text.endswith("du hast gelacht") for text in told)
    assert not any("Arbeit" in text for text in told)


@pytest.mark.parametrize(
    "name", ["skip", "repeat", "pause", "go_on", "pass", "stop", "scrap_that", "time_left", "help"]
)
def test_a_word_inside_an_answer_is_no_command(name: str) -> None:
    control = next(phrase.text for phrase in sentences("de").phrases() if phrase.intent == name and phrase.control)
    stage = Stage(language="de")
    stage.say("startet unser kaffeeritual")
    actions = stage.say(f"ich dachte an {control} und an dich")
    assert any(isinstance(action, Save) for action in actions)


# ---------------------------------------------------------------- what is understood

SUGGESTED = """
startet unser kaffeeritual
hilfe
hilfe und kontakte
streich das
weiter
welche rituale gibt es
schreib wieder mit
heb unsere worte nicht mehr auf
du darfst unsere worte aufheben
ich passe
überspringen
wie lange noch
wie war unsere woche
was haben wir diese woche aneinander geschätzt
ich schätze, dass du gekocht hast
noch einmal
pause
stopp
""".strip().splitlines()


@pytest.mark.parametrize("sentence", SUGGESTED)
def test_what_the_lines_suggest_is_understood(sentence: str) -> None:
    assert sentence in " ".join(GERMAN.texts()).lower()
    assert sentences("de").match(sentence) is not None


def paraphrases() -> list[tuple[str, str]]:
    data = read(Path(__file__).parent / "paraphrases" / "de.yaml").data
    assert isinstance(data, dict)
    return [(text, meaning) for meaning, rows in data.items() for text in rows]


def test_fresh_paraphrases_are_understood() -> None:
    missed = []
    for text, meaning in paraphrases():
        found = sentences("de").match(text)
        name, _, ritual = meaning.partition(" ")
        if found is None or found.name != name or (ritual and found.slots["ritual"] != ritual):
            missed.append(f"{text} → {found}")
    assert len(paraphrases()) >= 80
    assert len(missed) <= len(paraphrases()) * 0.05, missed


UNRELATED = """
wie spät ist es
mach das licht im flur an
wie wird das wetter morgen
spiel bitte etwas musik
ich schätze, dass es heute noch regnet
der kaffee ist schon wieder kalt
wir sollten aufhören zu streiten
kannst du die wäsche aufhängen
weiter hinten steht noch milch
die pause war viel zu kurz
hast du den müll rausgebracht
stell den wecker auf sieben
morgen kommt meine mutter
wo ist denn die fernbedienung
hilfst du mir beim tragen
das ritual der affen im film war seltsam
ich habe den bus verpasst
danke ist ein kurzes wort
vergiss nicht die milch
lies den kindern etwas vor
wer hat die tür offen gelassen
was wünschst du dir zum geburtstag
wir haben keine eier mehr
das war eine lange woche bei der arbeit
nächste woche fahren wir weg
ja wenn du meinst
nein das glaube ich dir nicht
fertig machen zum abflug
passen dir die schuhe
stopp den wagen da vorne
""".strip().splitlines()


@pytest.mark.parametrize("text", UNRELATED)
def test_unrelated_sentences_mean_nothing(text: str) -> None:
    assert sentences("de").match(text) is None


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("NAECHSTE FRAGE", "nächste frage"),
        ("ueberspringen", "überspringen"),
        ("u\u0308berspringen", "überspringen"),
        ("was weisst du ueber mich", "was weißt du über mich"),
        ("was haben wir im maerz geschaetzt", "was haben wir im märz geschätzt"),
        ("tschuess", "tschüss"),
    ],
)
def test_keyboards_without_umlauts_are_understood(typed: str, spoken: str) -> None:
    assert sentences("de").match(spoken) is not None
    assert sentences("de").match(typed) == sentences("de").match(spoken)


def test_free_words_stay_as_they_were_typed() -> None:
    found = sentences("de").match("Danke, Sam, für die Größe und die Gruesse!")
    assert found is not None
    assert found.slots == {"partner": "Sam", "words": "die Größe und die Gruesse!"}


# ---------------------------------------------------------------- care


@cache
def safety() -> Safety:
    words = load_concerns("de", PARTNERS)
    return Safety(words.topics, words.harmless, words.sentences)


FOUND = {
    "er schlägt mich": "safety",
    "ER SCHLAEGT MICH": "safety",
    "und dann hat Sam mich geschlagen und ich bin gefallen": "safety",
    "ich habe Angst vor ihm": "safety",
    "sie lässt mich nicht zu meiner Familie": "safety",
    "ich fühle mich zu Hause nicht sicher": "safety",
    "er hat gedroht mich umzubringen": "safety",
    "manchmal schlägt er die kinder, er schlägt die kinder": "safety",
    "er hat mich zum sex gezwungen": "safety",
    "er will mich umbringen": "safety",
    "ich werde dich umbringen": "safety",
    "mein mann schlägt": "safety",
    "er schlägt mich mit dem gürtel": "safety",
    "er schlägt mich jedes mal wenn er trinkt": "safety",
    "sie bringt mich irgendwann um": "safety",
    "er hat mich eingesperrt": "safety",
    "das ist häusliche gewalt": "safety",
    "ich will mich umbringen": "emergency",
    "Ich will nicht mehr leben": "emergency",
    "ohne mich besser dran wärt ihr": "emergency",
    "ich denke an selbstmord": "emergency",
    "ich habe mich wieder geritzt": "emergency",
    "ich habe zu viele tabletten genommen": "emergency",
    "hilfe ich bekomme keine luft": "emergency",
    "ruf einen krankenwagen": "emergency",
    "alex atmet nicht mehr": "emergency",
    "ich glaube er hat einen schlaganfall": "emergency",
}

NOT_FOUND = """
du schlägst mich immer im schach
ich gebe mich geschlagen
die hitze bringt mich um
diese arbeit wird mich noch umbringen
du bringst mich um den verstand
ich könnte mich totlachen
ich will sterben vor scham
du hast mich mit deinen worten verletzt
du versuchst mich zu verletzen
das hat mich sehr verletzt
ich habe keine angst vor dir
ich habe angst vor spinnen
ich habe angst vor der prüfung
das baby tritt mich die ganze nacht
er tritt mich unter dem tisch
der gedanke verfolgt mich seit tagen
die stimmung war vergiftet
ich ersticke in arbeit
am samstag tritt unser sohn auf
unsere tochter schlägt vor ans meer zu fahren
heute schlägt das kind vor pizza zu backen
ich schlage vor wir gehen spazieren
ich war so wütend auf dich
wir sollten aufhören zu streiten
ich fühlte mich allein und traurig
du hast mir das leben gerettet
ich bin mir nicht sicher
mein herz blutet
ohne dich kann ich mir nichts vorstellen
ich bin vor lachen fast gestorben
ich schlug mich tapfer
""".strip().splitlines()


@pytest.mark.parametrize(("text", "topic"), FOUND.items())
def test_words_of_concern_are_found(text: str, topic: str) -> None:
    assert safety().check(text) == topic


@pytest.mark.parametrize("text", NOT_FOUND)
def test_figures_of_speech_and_quarrels_are_left_alone(text: str) -> None:
    assert safety().check(text) is None


def test_every_sentence_that_is_listened_for_is_found() -> None:
    assert safety().phrases()
    assert [sentence for sentence in safety().phrases() if not safety().check(sentence)] == []


def test_nothing_that_is_known_or_asked_is_a_concern() -> None:
    prompts = [prompt.text for ritual in rituals("de").values() for step in ritual.steps for prompt in step.prompts]
    known = [phrase.text for phrase in sentences("de").phrases()]
    assert [text for text in (*prompts, *known, *GERMAN.texts()) if safety().check(text)] == []


@pytest.mark.parametrize(
    "key", ["stopped", "help_contacts_intro", "emergency", "emergency_no_number", "may_keep", "may_keep_too"]
)
def test_what_may_not_depend_on_chance_has_one_wording(key: str) -> None:
    values = dict.fromkeys(GERMAN.placeholders(key), "1 1 2")
    assert len({GERMAN.pick(key, Random(seed), **values) for seed in range(20)}) == 1


# ---------------------------------------------------------------- the command


def test_a_typed_conversation_and_its_summary(tmp_path: Path) -> None:
    config = tmp_path / "hearth.toml"
    config.write_text(HOUSEHOLD, encoding="utf-8")
    common = ("--language", "de", "--config", str(config), "--data-dir", str(tmp_path / "journal"))
    answers = ("viel Arbeit", "Besuch", "Ruhe", "Musik", "du hast Brötchen geholt", "du hast mir zugehört")
    typed = "\n".join(
        ["startet unser kaffeeritual", "ja", "ja", *answers, "was haben wir diese woche aneinander geschätzt"]
    )
    talk = hearth(tmp_path, "listen", "--text", *common, typed=typed + "\n")
    assert talk.returncode == 0, talk.stderr
    assert talk.stdout.count("du hast Brötchen geholt") == 1
    assert "2 Gedanken" in talk.stdout
    for period in ("diese woche", "heute", "this week"):
        told = hearth(tmp_path, "summary", *period.split(), *common)
        assert "Kaffeeritual, einmal." in told.stdout, told.stderr
        assert "du hast mir zugehört" in told.stdout
    assert "Letzten Monat" in hearth(tmp_path, "summary", "letzten", "monat", *common).stdout


def test_understand_and_phrases(tmp_path: Path) -> None:
    asked = "was haben wir diese woche aneinander geschätzt"
    understood = hearth(tmp_path, "--language", "de", "understand", asked)
    assert understood.stdout.strip() == f"{asked}: recall period=this_week topic=appreciations"
    phrases = hearth(tmp_path, "--language", "de", "phrases", "--intent", "stop")
    assert phrases.returncode == 0
    assert "aufhören" in phrases.stdout
    assert "no voice model for this language" in phrases.stdout


def test_without_a_model_for_it_speech_is_refused_in_one_sentence(tmp_path: Path) -> None:
    silence = Path(__file__).parent / "wav" / "help.wav"
    refused = hearth(tmp_path, "--language", "de", "hear", str(silence))
    assert refused.returncode == 1
    assert "hears 'en', and you speak 'de'" in refused.stderr
    assert "--model" in refused.stderr


@pytest.mark.parametrize("command", [("listen", "--text"), ("understand", "hallo"), ("phrases",), ("summary",)])
def test_a_missing_language_is_named_in_one_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    refused = hearth(tmp_path, "--language", "tlh", *command)
    assert refused.returncode == 1
    assert "for the language 'tlh'." in refused.stderr
    assert "Choose one of: de, en." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_voice_follows_the_language(tmp_path: Path) -> None:
    voices = [build_voice(Config(language=language)) for language in ("de", "en")]
    try:
        german, english = (voice.render("Der Kaffee ist fertig.") for voice in voices)
    finally:
        for voice in voices:
            voice.close()
    assert german.pcm != english.pcm
    assert german.seconds > 0.5


def test_names_with_umlauts(tmp_path: Path) -> None:
    from assistant.household import load_sentences

    config = Config(language="de", partners=(Partner("Jürgen"), Partner("Zoë")))
    known = load_sentences(config, household_rituals(config))
    for said in ("danke jürgen für alles", "Danke Juergen für alles"):
        found = known.match(said)
        assert found is not None
        assert found.slots["partner"] == "Jürgen"


WRAPPED = {
    "Hallo, kannst du uns bitte das Kaffeeritual starten?": "start_ritual",
    "Wie wäre es jetzt mit unserem Kaffeeritual?": "start_ritual",
    "Es ist Zeit für unser Kaffeeritual.": "start_ritual",
    "Lasst uns gleich das Kaffeeritual machen.": "start_ritual",
    "Wir haben jetzt Zeit für unser Kaffeeritual.": "start_ritual",
    "Ähm, wir haben Lust auf das Kaffeeritual, danke": "start_ritual",
    "Guten Morgen, was haben wir diese Woche aneinander geschätzt?": "recall",
    "Und was war gestern gut?": "recall",
    "Sei so gut und lies uns etwas vor.": "recall",
    "Was haben wir gesagt über den Garten?": "recall",
    "Unsere Themen bitte, danke.": "recall",
    "Sag mal, wie war unsere Woche?": "summary",
    "Hör mal, wie viele Rituale hatten wir diese Woche?": "summary",
    "Wie oft hatten wir unser Kaffeeritual?": "summary",
    "Wer hat das gesagt, wenn du magst?": "who_said_that",
    "Guten Abend, Hilfe bitte": "help",
    "Jetzt weiter bitte": "go_on",
    "Dann wiederholen, bitte": "repeat",
    "Ich möchte helfen.": "",
    "Wir wollen aufhören zu streiten.": "",
    "Ich möchte eine Pause vom Alltag.": "",
    "Ich will nicht mehr.": "",
}
"""Requests in what people wrap them in; and wishes that are answers."""


@pytest.mark.parametrize(("said", "meaning"), WRAPPED.items(), ids=WRAPPED)
def test_a_wrapped_request_means_what_stands_inside(said: str, meaning: str) -> None:
    found = sentences("de").match(said)
    assert (found.name if found else "") == meaning

"""What an utterance means when a phrase graph and the dictation heard the same speech."""

from __future__ import annotations

import pytest

from assistant.events import Asked, Concern, Forget, NotUnderstood, Recall, Remind, Said, Save
from assistant.modes import Mode
from audio.types import Transcript, Word
from tests.stage import Stage, understanding


def heard(phrase: str, confidence: float, answer: str) -> Asked | Said | Concern | NotUnderstood:
    return understanding().meaning(Transcript(phrase, confidence), Transcript(answer, 0.9), Mode.ANSWERS)


def test_a_sure_phrase_counts_while_an_answer_is_awaited() -> None:
    event = heard("skip this one", 0.95, "skip this fun")
    assert isinstance(event, Asked)
    assert event.intent.name == "skip"


@pytest.mark.parametrize("phrase", ["i am afraid of you", "i didn't say that", "stop"])
def test_an_unsure_phrase_is_an_answer_unless_the_dictation_agrees(phrase: str) -> None:
    assert heard(phrase, 0.47, "i am proud of you") == Said("i am proud of you", 0.9)


def test_an_unsure_phrase_counts_when_the_dictation_has_the_same_words() -> None:
    event = heard("stop", 0.47, "stop")
    assert isinstance(event, Asked)
    assert event.intent.name == "stop"


def test_a_pass_that_is_dictated_as_another_word_is_no_answer() -> None:
    event = heard("pass", 0.6, "past")
    assert isinstance(event, Asked)
    assert event.intent.name == "pass"
    assert heard("stop", 0.6, "cake") == Said("cake", 0.9)
    assert isinstance(heard("pass", 0.6, "in the past"), Said)


@pytest.mark.parametrize("answer", ["okay stop", "um stop please", "hey hearth stop", "stop"])
def test_small_talk_around_a_phrase_is_no_answer(answer: str) -> None:
    for phrase in (Transcript("stop", 0.47), None):
        event = understanding().meaning(phrase, Transcript(answer, 0.9), Mode.ANSWERS)
        assert isinstance(event, Asked)
        assert event.intent.name == "stop"


def test_fillers_are_no_part_of_what_people_said() -> None:
    event = understanding().meaning(None, Transcript("well um i uh liked the walk er mostly", 0.9), Mode.ANSWERS)
    assert event == Said("well i liked the walk mostly", 0.9)
    thanks = understanding().meaning(Transcript("thank sam for um the walk", 0.9), None, Mode.COMMANDS)
    assert isinstance(thanks, Asked)
    assert "the walk" in thanks.intent.slots.values()


@pytest.mark.parametrize(("pause", "kept"), [(0.8, "we walked home"), (0.1, "we walked home that's all")])
def test_that_is_all_after_a_breath_is_no_part_of_the_answer(pause: float, kept: str) -> None:
    times = [0.0, 0.4, 0.8, 1.2 + pause, 1.5 + pause]
    words = zip(times, ("we", "walked", "home", "that's", "all"), strict=True)
    answer = Transcript("we walked home that's all", 0.9, tuple(Word(text, at, at + 0.3, 0.9) for at, text in words))
    assert understanding().meaning(None, answer, Mode.ANSWERS) == Said(kept, 0.9)


def test_a_sound_of_thinking_is_no_answer() -> None:
    assert isinstance(understanding().meaning(None, Transcript("um hmm", 0.9), Mode.ANSWERS), NotUnderstood)


def test_a_request_that_only_dictation_heard_counts_where_requests_are_awaited() -> None:
    request = Transcript("read us the reminders we have", 0.9)
    event = understanding().meaning(None, request, Mode.COMMANDS)
    assert isinstance(event, Asked)
    assert event.intent.name == "list_reminders"
    assert understanding().meaning(None, request, Mode.ANSWERS) == Said(request.text, 0.9)


def test_a_request_that_dictation_nearly_heard_is_guessed() -> None:
    event = understanding().meaning(None, Transcript("begin the long evening reflection", 0.9), Mode.COMMANDS)
    assert isinstance(event, NotUnderstood)
    assert event.guess == "begin the evening reflection"


def test_a_concern_in_the_dictation_counts_however_unsure_the_phrase_is() -> None:
    assert heard("stop", 0.3, "i am afraid of you") == Concern("safety")


def test_without_dictation_the_phrase_alone_decides() -> None:
    event = understanding().meaning(Transcript("stop", 0.4), None, Mode.CONTROLS)
    assert isinstance(event, Asked)


@pytest.mark.parametrize(
    ("confidence", "agreement", "obeyed"), [(0.53, 0.32, False), (0.53, 0.6, True), (0.9, 0.3, True)]
)
def test_a_full_sentence_that_dictation_did_not_hear_is_asked_about_if_it_is_unsure(
    confidence: float, agreement: float, obeyed: bool
) -> None:
    text = "cancel the appreciation exchange reminder"
    meant = understanding().meaning(Transcript(text, confidence, agreement=agreement), None, Mode.COMMANDS)
    assert isinstance(meant, Asked) is obeyed
    assert obeyed or (isinstance(meant, NotUnderstood) and meant.guess == text)


@pytest.mark.parametrize(("text", "counts"), [("why not", False), ("yes", False), ("not now", True)])
def test_a_yes_has_to_be_likely(text: str, counts: bool) -> None:
    meant = understanding().meaning(Transcript(text, 0.49), None, Mode.REPLIES)
    assert isinstance(meant, Asked) is counts


def test_a_call_for_help_counts_however_unsure() -> None:
    meant = understanding().meaning(Transcript("where can i get help", 0.4, agreement=0.3), None, Mode.COMMANDS)
    assert isinstance(meant, Asked)


def test_a_command_word_inside_a_sentence_is_an_answer() -> None:
    event = understanding().meaning(None, Transcript("we should stop fighting", 0.9), Mode.ANSWERS)
    assert event == Said("we should stop fighting", 0.9)


def test_what_is_typed_and_not_known_comes_with_what_was_probably_meant() -> None:
    event = understanding().typed("start our cofee rituall", Mode.COMMANDS)
    assert isinstance(event, NotUnderstood)
    assert event.typed
    assert event.guess == "start our coffee ritual"
    assert event.near[0] == event.guess


@pytest.mark.parametrize("line", ["xyzzy qwfp", "", "start our cofee rituall " * 6])
def test_noise_and_speeches_are_not_guessed_at(line: str) -> None:
    assert understanding().typed(line, Mode.COMMANDS) == NotUnderstood(typed=True)


@pytest.mark.parametrize("answer", ["no", "stop", "pass", "xyzzy qwfp", "(quiet)"])
def test_a_guess_is_never_acted_upon_without_a_yes(answer: str) -> None:
    stage = Stage()
    stage.say("forget evrything i said todayy")
    asked = stage.say("start our cofee rituall")
    done = stage.quiet() if answer == "(quiet)" else stage.say(answer)
    assert not stage.talk.ritual
    assert not any(isinstance(action, Save | Forget | Recall | Remind) for action in [*asked, *done])

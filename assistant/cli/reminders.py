"""`hearth reminders list|add|cancel`: what you will be reminded of."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from assistant.cli.common import load_config, now_in
from assistant.cli.parser import Commands, Parser, command
from assistant.errors import UsageError
from assistant.plain_text import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.config import Config
    from assistant.reminders import Reminder

REMINDERS = """\
See, make and cancel reminders. Hearth tells them while it listens ('hearth listen'):
when nobody is speaking, never inside a ritual, and not in your quiet hours, which
stand in the configuration. What is one partner's own is shown without its words.
"""

LIST = """\
Show reminders, one a line: id, when it is due next, whom it is for, and what it is
about.
"""

ADD = """\
Make a reminder, with the sentence that you would say.
"""

ADD_EXAMPLES = """\
  hearth reminders add remind us every evening at nine thirty
  hearth reminders add remind us of our coffee ritual every weekday at 7
  hearth reminders add remind Ana on friday to call the bank
"""

CANCEL = """\
Cancel reminders, by the ids that 'hearth reminders list' shows. Nothing is left of
them, also in backups.
"""


def add(commands: Commands) -> None:
    """Describe it and what it can do."""
    parser = command(commands, "reminders", "see, make and cancel reminders", REMINDERS)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    command(actions, "list", "show reminders", LIST).set_defaults(run=run_list)
    adding = command(actions, "add", "make a reminder", ADD, ADD_EXAMPLES)
    adding.add_argument("words", metavar="WORD", nargs="+", help="the sentence")
    adding.set_defaults(run=run_add)
    cancel = command(actions, "cancel", "cancel reminders", CANCEL)
    cancel.add_argument("ids", metavar="ID", nargs="+", help="reminder to cancel")
    cancel.set_defaults(run=run_cancel)


def run_list(args: Namespace) -> int:
    """Print them."""
    from assistant.journal import Journal
    from assistant.reminders import KEY, load

    config = load_config(args)
    with Journal.open(config.folders.data, read_only=True) as journal:
        reminders = load(journal.recall(KEY))
    tell("\n".join(map(row(config), reminders)) or "There are no reminders.")
    return 0


def run_add(args: Namespace) -> int:
    """Make it, unless there is one like it."""
    from assistant.conversation.reminder_choice import same
    from assistant.journal import Journal
    from assistant.reminders import KEY, dump, load

    config = load_config(args)
    made = _made(config, " ".join(args.words))
    with Journal.open(config.folders.data) as journal:
        others = [one for one in load(journal.recall(KEY)) if not same(one, made)]
        journal.remember(KEY, dump([*others, made]))
    tell(row(config)(made))
    return 0


def run_cancel(args: Namespace) -> int:
    """Cancel them, all or none."""
    from assistant.journal import Journal
    from assistant.reminders import KEY, dump, load

    config = load_config(args)
    with Journal.open(config.folders.data) as journal:
        reminders = load(journal.recall(KEY))
        _refuse_unknown(args.ids, reminders)
        journal.remember(KEY, dump([one for one in reminders if one.id not in args.ids]), forget=True)
    tell(f"Cancelled: {len(set(args.ids))}.")
    return 0


def row(config: Config) -> Callable[[Reminder], str]:
    """How a reminder is shown now."""
    from assistant.reminders import next_due

    now = now_in(config)

    def shown(reminder: Reminder) -> str:
        due = next_due(reminder, now, config.reminders.quiet_hours)
        when = f"{due:%Y-%m-%d %H:%M}" if due else "never again"
        again = f" every {', '.join(reminder.rule.days)}" if 0 < len(reminder.rule.days) < 7 else ""
        daily = " every day" if len(reminder.rule.days) == 7 else ""
        words = "(private)" if reminder.private else " ".join(reminder.about.split())
        what = f"[{reminder.kind}] {words}".rstrip()
        return f"{reminder.id}  {when}{again}{daily}  {reminder.owner or 'both'}  {what}"

    return shown


def _made(config: Config, sentence: str) -> Reminder:
    """The reminder that a sentence asks for; raises UsageError for a sentence that leaves something open."""
    from assistant.conversation.reminder_draft import drafted
    from assistant.household import load_rituals, load_sentences, load_setting

    rituals = load_rituals(config)
    sentences = load_sentences(config, rituals)
    setting = load_setting(config, rituals, sentences)
    meaning = sentences.match(sentence)
    if meaning is None or meaning.name != "remind" or meaning.slots.get("tail") == "unclear":
        hint = "Try: hearth reminders add remind us every evening at nine thirty"
        raise UsageError("That is no sentence that asks for a reminder.", hint)
    now = now_in(config)
    draft = drafted(meaning.slots, setting, now)
    if draft.lacks_time:
        raise UsageError("The sentence does not say when.", "Add a time, such as: tomorrow at half past six.")
    if draft.lacks_owner:
        raise UsageError("Who is 'me'?", f"Say: remind {config.names[0]}, remind {config.names[1]}, or remind us.")
    return draft.finished(setting.new_id(now), now)


def _refuse_unknown(ids: Sequence[str], reminders: Sequence[Reminder]) -> None:
    known = {one.id for one in reminders}
    for identity in ids:
        if identity not in known:
            raise UsageError(f"There is no reminder '{identity}'.", "'hearth reminders list' shows their ids.")

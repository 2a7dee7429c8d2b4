"""A stand-in for the desktop: takes org.freedesktop.Notifications on the session bus and prints each as a JSON line.

https://specifications.freedesktop.org/notification-spec/latest/ has the protocol.
"""

from __future__ import annotations

import json
from itertools import count

from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"


def main() -> None:
    """Until it is killed."""
    numbers = count(1)
    with open_dbus_connection(bus="SESSION") as bus:
        bus.send_and_get_reply(message_bus.RequestName(NAME))
        print(json.dumps({"ready": True}), flush=True)
        while True:
            asked = bus.receive()
            if asked.header.message_type is not MessageType.method_call:
                continue
            match asked.header.fields.get(HeaderFields.member):
                case "Notify":
                    program, _, _, title, body, *_ = asked.body
                    bus.send(new_method_return(asked, "u", (next(numbers),)))
                    print(json.dumps({"program": program, "title": title, "body": body}), flush=True)
                case "GetServerInformation":
                    bus.send(new_method_return(asked, "ssss", ("stand-in", "tests", "1", "1.2")))
                case "GetCapabilities":
                    bus.send(new_method_return(asked, "as", (["body"],)))
                case _:
                    bus.send(new_method_return(asked))


if __name__ == "__main__":
    main()

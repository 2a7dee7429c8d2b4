"""The Wyoming service: Hearth for Home Assistant and other clients. The only place where asyncio is used."""

"""A real Home Assistant, for tests: run.py CONFIG_FOLDER BROKER_PORT, by a Python that has the package homeassistant.

Prints a line of JSON for each state, at its start and whenever it changes, for each message of its log from a warning on,
and once it has started. A line of JSON on its standard input calls a service; it ends with its standard input.
"""

import asyncio
import json
import logging
import sys
from types import MappingProxyType

from homeassistant import bootstrap, runner
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.helpers.json import JSONEncoder


def tell(**said):
    print(json.dumps(said, cls=JSONEncoder), flush=True)


class Tell(logging.Handler):
    def emit(self, record):
        tell(log=record.levelname, of=record.name, message=record.getMessage())


def broker(port):
    return ConfigEntry(
        data={"broker": "127.0.0.1", "port": port, "discovery": True},
        discovery_keys=MappingProxyType({}),
        domain="mqtt",
        minor_version=2,
        options={},
        source="user",
        subentries_data=None,
        title="broker",
        unique_id=None,
        version=1,
    )


async def main(folder, port):
    logging.getLogger().addHandler(Tell(logging.WARNING))
    hass = await bootstrap.async_setup_hass(
        runner.RuntimeConfig(config_dir=folder, skip_pip=True, log_file=folder + "/log")
    )

    def changed(event):
        state = event.data["new_state"]
        tell(entity=event.data["entity_id"], state=state and state.state, attributes=state and state.attributes)

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    await hass.async_start()
    await hass.config_entries.async_add(broker(port))
    for state in hass.states.async_all():
        tell(entity=state.entity_id, state=state.state, attributes=state.attributes)
    tell(started=sorted(hass.config.components))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        call = json.loads(line)
        await hass.services.async_call(call["domain"], call["service"], call["data"], blocking=True)
        tell(called=call)
    await hass.async_stop(force=True)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))

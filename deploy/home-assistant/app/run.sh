#!/bin/sh
# Makes the options of the app settings of the service, and becomes the service. It prints no value of an option.
set -eu

options=${OPTIONS_FILE:-/data/options.json}
supervisor=${SUPERVISOR_URL:-http://supervisor}

say() {
    printf 'run.sh: %s\n' "$1" >&2
}

if ! jq -e 'type == "object"' "$options" >/dev/null 2>&1; then
    say "$options is missing, or no JSON object; save the configuration of the app again"
    exit 1
fi

# An option as text: a list with commas between; nothing where it is not set.
option() {
    jq -r --arg key "$1" '.[$key]
        | if . == null then "" elif type == "array" then map(select(. != null and . != "")) | join(",")
          else tostring end' "$options"
}

# set_from NAME OPTION: an option that is not set leaves the service its default.
set_from() {
    value=$(option "$2")
    if [ -n "$value" ]; then
        export "$1=$value"
    fi
    unset value
}

set_from TEAMS teams
set_from LEAGUES leagues
set_from INFLUXDB_URL influxdb_url
set_from INFLUXDB_TOKEN influxdb_token
set_from INFLUXDB_ORG influxdb_org
set_from INFLUXDB_BUCKET influxdb_bucket
set_from WEBHOOK_ALLOWED_HOSTS webhook_allowed_hosts
set_from ADMIN_TOKEN admin_token
set_from BACKFILL_ON_START backfill
set_from STORE_RETENTION_DAYS store_retention_days
set_from LOG_LEVEL log_level

# The broker that Home Assistant knows. The token goes in by standard input, where no list of processes shows it.
ask_for_broker() {
    if [ -z "${SUPERVISOR_TOKEN:-}" ]; then
        say "MQTT is off: there is no Supervisor to ask for a broker; set mqtt_url"
        return 0
    fi
    if ! answer=$(printf 'header = "Authorization: Bearer %s"\n' "$SUPERVISOR_TOKEN" \
        | curl --silent --fail --max-time 10 --retry 3 --retry-connrefused --config - "$supervisor/services/mqtt"); then
        say "MQTT is off: Home Assistant has no broker for apps; install the app Mosquitto broker, or set mqtt_url"
        return 0
    fi
    MQTT_URL=$(printf '%s' "$answer" | jq -r '.data
        | select((.host // "") != "")
        | (if .ssl == true then "mqtts" else "mqtt" end) + "://" + .host + (if .port then ":\(.port)" else "" end)' \
        2>/dev/null) || MQTT_URL=
    if [ -z "$MQTT_URL" ]; then
        unset MQTT_URL
        say "MQTT is off: the Supervisor names no broker; set mqtt_url"
        return 0
    fi
    export MQTT_URL
    MQTT_USERNAME=$(printf '%s' "$answer" | jq -r '.data.username // empty')
    MQTT_PASSWORD=$(printf '%s' "$answer" | jq -r '.data.password // empty')
    export MQTT_USERNAME MQTT_PASSWORD
    unset answer
}

if [ "$(option mqtt)" != false ]; then
    set_from MQTT_CA_FILE mqtt_ca_file
    if [ -n "$(option mqtt_url)" ]; then
        set_from MQTT_URL mqtt_url
        set_from MQTT_USERNAME mqtt_username
        set_from MQTT_PASSWORD mqtt_password
    else
        ask_for_broker
    fi
fi

# The service has no need of it.
unset SUPERVISOR_TOKEN

export DATA_DIR="${DATA_DIR:-/data/sports-data}"
mkdir -p "$DATA_DIR"
chmod 700 "$DATA_DIR"

# The image has a user for the service; the folder that the Supervisor mounts belongs to root.
if [ "$(id -u)" = 0 ] && id sports-data >/dev/null 2>&1; then
    chown -R sports-data: "$DATA_DIR"
    exec setpriv --reuid=sports-data --regid=sports-data --clear-groups --no-new-privs sports-data
fi
exec sports-data

"""docker-compose.yml: what runs, who reaches whom, and what none of them may do."""

import re
from ipaddress import ip_address, ip_network
from itertools import chain

import pytest

from deploy.keycloak.realm import COMMON_PASSWORDS, FILE
from deploy.stack.keycloak_program import VERSION as VERSION_OF_KEYCLOAK
from tests.deploy.operating_files import COMPOSE, ROOT, SERVICES, VERSION, run, settings_of

OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ONCE = {name for name, service in SERVICES.items() if service["restart"] == "no"}
each_service = pytest.mark.parametrize("name", SERVICES)


def secrets_of(service) -> set[str]:
    return {secret["source"] if isinstance(secret, dict) else secret for secret in service.get("secrets", [])}


def test_it_keeps_to_the_schema(tmp_path):
    checked = run(
        "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml", home=tmp_path
    )

    assert checked.returncode == 0, checked.stdout


@each_service
def test_every_image_is_one_release(name):
    image = SERVICES[name]["image"]

    assert re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$", image)
    assert name not in OURS or image in {f"{each}:{VERSION}" for each in ("micromart", "micromartd", "micromart-door")}


@each_service
def test_nobody_has_more_rights_than_their_work_needs(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert (service["cap_drop"], service.get("cap_add")) == (["ALL"], None)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "10001" if name in OURS else "root").partition(":")[0] not in ("root", "0")
    assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"])
    assert not {"privileged", "container_name", "network_mode", "pid", "ipc", "devices"} & set(service)


@each_service
def test_ports_are_published_on_this_machine_only(name):
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in SERVICES[name].get("ports", []))


def test_only_the_doors_of_the_shop_the_letters_the_sign_in_and_the_dashboards_can_be_looked_at_from_outside():
    published = [name for name, service in SERVICES.items() if "ports" in service]
    assert published == ["door", "ssh", "mailpit", "keycloak", "kibana"]
    assert COMPOSE["networks"]["servers"]["internal"] is True
    assert all(
        SERVICES[server]["networks"] == ["servers"] for server in ("postgres", "redis", "rabbitmq", "elasticsearch")
    )


def test_whoever_stays_has_a_health_check_and_comes_back():
    for name in SERVICES.keys() - ONCE:
        assert {"test", "interval", "timeout", "retries"} <= set(SERVICES[name]["healthcheck"]), name
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_each_waits_for_what_can_be_waited_for():
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else ("service_started", "service_healthy")
            assert how["condition"] in wanted
            assert other in ONCE or "healthcheck" in SERVICES[other]
            assert set(service["networks"]) & set(SERVICES[other]["networks"])


def test_the_tables_are_there_before_the_daemon_and_only_the_database_is_waited_for():
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    waited = {name for name, how in SERVICES["daemon"]["depends_on"].items() if how["condition"] != "service_started"}
    assert waited == {"migrate"}


def test_every_secret_is_declared_and_used():
    assert set(chain.from_iterable(map(secrets_of, SERVICES.values()))) == set(COMPOSE["secrets"])
    assert all(secret["file"].startswith("./deploy/secrets/") for secret in COMPOSE["secrets"].values())


@each_service
def test_a_secret_is_named_by_its_file_and_only_to_those_who_have_it(name):
    environ = SERVICES[name].get("environment", {})
    named = {variable: value for variable, value in environ.items() if variable.endswith("_FILE")}

    assert not [variable for variable in environ.keys() - named if re.search(r"PASS|SECRET|TOKEN|URL", variable)]
    assert {value.removeprefix("/run/secrets/") for value in named.values()} <= secrets_of(SERVICES[name])


def test_volumes_and_networks_are_declared_and_used():
    volumes = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    networks = set(chain.from_iterable(service["networks"] for service in SERVICES.values()))

    assert volumes == set(COMPOSE["volumes"])
    assert networks == set(COMPOSE["networks"])


def test_the_job_is_a_verb_of_the_shop(tmp_path):
    asked = run("micromart", *SERVICES["migrate"]["command"], "--help", home=tmp_path)

    assert (asked.returncode, asked.stderr) == (0, "")
    assert SERVICES["migrate"]["build"]["target"] == SERVICES["shop"]["build"]["target"] == "shop"


@pytest.mark.parametrize("name", ["daemon", "gateway", "ssh"])
def test_the_daemon_knows_its_flags(name, tmp_path):
    asked = run("micromartd", *SERVICES[name]["command"], "--help", home=tmp_path)

    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("name", ["daemon", "gateway", "ssh"])
def test_the_daemon_is_stopped_later_than_it_needs(name):
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 10


def test_the_door_reaches_the_gateway_where_it_and_nobody_else_is_believed_who_is_asking():
    [range_of_it] = COMPOSE["networks"]["door"]["ipam"]["config"]
    believed = SERVICES["door"]["networks"]["door"]["ipv4_address"]
    environ = SERVICES["gateway"]["environment"].items()
    settings = settings_of({name: value for name, value in environ if name.startswith("MICROMART_GATEWAY")}).gateway

    assert [name for name, service in SERVICES.items() if "door" in service["networks"]] == ["gateway", "door"]
    assert (settings.behind_proxy, settings.trusted_proxies) == (True, believed)
    assert ip_address(believed) in ip_network(range_of_it["subnet"])
    [name] = SERVICES["gateway"]["networks"]["door"]["aliases"]
    assert name not in SERVICES  # which would be found in the other network that both are in
    assert SERVICES["door"]["environment"]["GATEWAY"] == f"{name}:9480"
    assert "ports" not in SERVICES["gateway"]


def test_keycloak_can_be_left_out_and_is_healthy_before_the_shop_asks_it():
    assert SERVICES["keycloak"]["profiles"] == ["keycloak"]
    assert {name for name, service in SERVICES.items() if "keycloak" in service.get("depends_on", {})} == {"shop"}
    assert SERVICES["shop"]["depends_on"]["keycloak"] == {"condition": "service_healthy", "required": False}


def test_keycloak_is_the_release_of_the_tests_and_its_program_has_a_volume_for_each_release():
    keycloak = SERVICES["keycloak"]

    assert keycloak["image"] == f"quay.io/keycloak/keycloak:{VERSION_OF_KEYCLOAK}"
    assert keycloak["volumes"] == [f"keycloak-{VERSION_OF_KEYCLOAK}:/opt/keycloak/lib/quarkus"]


def test_keycloak_is_given_the_realm_and_the_common_passwords_under_the_names_that_it_looks_for():
    [realm] = [secret for secret in SERVICES["keycloak"]["secrets"] if isinstance(secret, dict)]
    [passwords] = SERVICES["keycloak"]["configs"]

    assert realm == {"source": "keycloak-realm.json", "target": f"/opt/keycloak/data/import/{FILE.name}"}
    assert passwords["target"] == f"/opt/keycloak/data/password-blacklists/{COMMON_PASSWORDS}"
    assert (ROOT / COMPOSE["configs"][passwords["source"]]["file"]).exists()

"""The gateway, held to the OpenAPI document that it gives: schemathesis asks all that nobody else would."""

import subprocess
import sys

import pytest

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_answer_is_one_that_the_document_tells_of(may_everything, tmp_path):
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{may_everything.base_url}/v1/openapi.json"),
            *("--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "2"),
            *("--header", "Authorization: Bearer anything", "--seed", "1", "--no-shrink", "--continue-on-failure"),
            *("--suppress-health-check", "all", "--no-color", "--output-truncate", "true"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stdout[-20_000:]

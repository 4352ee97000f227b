"""The page offers the settings that the guide has, which a real proxy is tried with."""

import pytest
from trials.gateway.proxy import guide
from trials.programs import ROOT

OFFERED = (ROOT / "frontend/src/components/connectLitellm.ts").read_text()


@pytest.mark.parametrize("kind", ["sh", "yaml"])
def test_every_setting_of_the_guide_is_offered(kind: str) -> None:
    settings = guide(kind).replace("http://127.0.0.1:8000", "${url}").splitlines()

    assert len(settings) > 2
    assert [line for line in settings if line not in OFFERED] == []

"""`GET /metrics`, read as Prometheus reads it."""

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(client: TestClient) -> Samples:
    """Every sample of a scrape, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    samples = [sample for family in families for sample in family.samples]
    read = {(s.name, frozenset(s.labels.items())): s.value for s in samples}
    assert len(read) == len(samples), "a sample came twice"
    return read


def of_store(samples: Samples) -> dict[str, float]:
    """The samples that are about the store, with their labels written out."""
    return {
        " ".join([name.removeprefix("tokentally_"), *(f"{k}={v}" for k, v in sorted(labels))]): n
        for (name, labels), n in samples.items()
        if name.startswith("tokentally_") and "_http_" not in name
    }

"""Asking a real Elasticsearch."""

import httpx

INDEX = "micromart-logs"


class Asked:
    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)

    def put_template(self, template: str) -> None:
        headers = {"Content-Type": "application/json"}
        answer = self.client.put("/_index_template/micromart-logs", content=template, headers=headers)
        assert answer.status_code == 200, answer.text

    def find(self, query: str, size: int = 1_000) -> list[dict]:
        """The lines that a query of a saved search finds, the oldest first; none while there is no index."""
        self.client.post(f"/{INDEX}/_refresh")
        asked = {"query": {"query_string": {"query": query}}, "size": size, "sort": ["@timestamp"]}
        answer = self.client.post(f"/{INDEX}/_search", json=asked)
        if answer.status_code == 404:
            return []
        assert answer.status_code == 200, answer.text
        return [hit["_source"] for hit in answer.json()["hits"]["hits"]]

    def aggregates(self, query: str, what: str, field: str) -> dict:
        asked = {"size": 0, "query": {"query_string": {"query": query}}, "aggs": {"it": {what: {"field": field}}}}
        answer = self.client.post(f"/{INDEX}/_search", json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["aggregations"]["it"]

    def kinds(self) -> dict[str, set[str]]:
        """Every field that some line has, with the kinds it is indexed as."""
        told = self.client.get(f"/{INDEX}/_field_caps", params={"fields": "*"}).json()["fields"]
        return {name: set(kinds) for name, kinds in told.items()}

"""Health check of a container: `python healthy.py api-server|scheduler|dag-processor|triggerer`.

Asks over HTTP and needs the standard library only: `airflow jobs check` would import Airflow at every check, four
seconds of a core each. The scheduler answers for itself, by status code alone; of the DAG processor and the
triggerer the API server knows the latest heartbeat.
"""

import json
import sys
import urllib.request

SCHEDULER = "http://localhost:8974/health"
API_SERVER = "http://api-server:8080/api/v2/monitor/health"
# The part of the API server's answer that speaks of a service.
PART = {"api-server": "metadatabase", "dag-processor": "dag_processor", "triggerer": "triggerer"}


def healthy(service: str) -> bool:
    """Whether the service says so; an HTTP error or a refused connection raises, which fails the check too."""
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with no_proxy.open(API_SERVER if service in PART else SCHEDULER, timeout=8) as answer:
        return service not in PART or json.load(answer)[PART[service]]["status"] == "healthy"


if __name__ == "__main__":
    sys.exit(0 if healthy(sys.argv[1]) else 1)

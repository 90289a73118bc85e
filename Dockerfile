# One image for every Airflow service and for the command line `huiliu`.
# Build it with `docker compose build`; docs/operations.md says how to use it.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS builder
# Where pip fetches from, when not from the public index: taken from the environment of `docker compose build`.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY docker/build.lock ./
RUN python -m venv /opt/wheel && /opt/wheel/bin/pip install --quiet --require-hashes -r build.lock
# The libraries before the project: they change seldom, so this layer is built seldom.
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/venv \
 && /opt/wheel/bin/pip --python /opt/venv install --quiet --require-hashes -r requirements.lock
COPY LICENSE README.md pyproject.toml ./
COPY pipelines pipelines
RUN /opt/wheel/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/wheel/bin/pip --python /opt/venv install --quiet --no-deps --no-index dist/*.whl

FROM ${PYTHON_IMAGE}
# The owner of the run-time data. Where files are mounted from the host, it must be their owner's number there.
ARG HUILIU_UID=10001
ARG HUILIU_GID=10001
RUN groupadd --non-unique --gid "${HUILIU_GID}" huiliu \
 && useradd --non-unique --uid "${HUILIU_UID}" --gid huiliu --home-dir /var/lib/airflow --shell /usr/sbin/nologin huiliu \
 && install -d -o huiliu -g huiliu -m 0700 /var/lib/airflow /var/lib/huiliu /var/log/airflow
COPY --from=builder /opt/venv /opt/venv
COPY docker/initialise.sh docker/healthy.py /opt/huiliu/bin/
COPY dags /opt/huiliu/dags
COPY expectations /opt/huiliu/expectations
COPY warehouse /opt/huiliu/warehouse
# Readable whatever the umask of the checkout; owned by root, so no task can change a contract or a model.
RUN chmod -R a+rX /opt/huiliu
ENV PATH=/opt/venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/huiliu/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    DO_NOT_TRACK=1 \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    GX_ANALYTICS_ENABLED=false \
    HUILIU_HOME=/var/lib/huiliu \
    HUILIU_EXPORTS=/drop \
    HUILIU_CONTRACTS=/opt/huiliu/expectations \
    HUILIU_WAREHOUSE=/opt/huiliu/warehouse
USER huiliu
WORKDIR /opt/huiliu
CMD ["huiliu", "--help"]

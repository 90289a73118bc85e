"""The sandboxed reader: turns files nobody vouches for into rows of text, in a process of its own.

Run as `python -m pipelines.ingest.reader JOB.json`. The job names the files, the format and the limits. It
leaves `text.arrows` (see `rows`) and `reading.json` (headers, row counts, error). A crash, a memory limit or a
time limit ends this process and nothing else.
"""

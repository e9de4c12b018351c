"""Writes `foreign`: a block of five row groups that no Tempo wrote, by pyarrow.

It has no statistics and no page index, so that only the object `index` tells the row groups apart,
and pages of version 1. `trace-ids.txt` has the IDs in order, with row group and row.

    python3 make_foreign_block.py
"""

import base64
import json
import os
import random

import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
random.seed(11)
ids = sorted(random.randbytes(16) for _ in range(200))

attribute = pa.struct(
    [
        pa.field("Key", pa.string(), nullable=False),
        pa.field("IsArray", pa.bool_(), nullable=False),
        pa.field("Value", pa.list_(pa.field("element", pa.string(), nullable=False)), nullable=False),
    ]
)


def repeated(of):
    return pa.list_(pa.field("element", of, nullable=False))


span = pa.struct(
    [
        pa.field("SpanID", pa.binary(), nullable=False),
        pa.field("ParentSpanID", pa.binary(), nullable=False),
        pa.field("Name", pa.string(), nullable=False),
        pa.field("Kind", pa.int64(), nullable=False),
        pa.field("StartTimeUnixNano", pa.uint64(), nullable=False),
        pa.field("DurationNano", pa.uint64(), nullable=False),
        pa.field("StatusCode", pa.int64(), nullable=False),
        pa.field("Attrs", repeated(attribute), nullable=False),
    ]
)
scope_spans = pa.struct([pa.field("Spans", repeated(span), nullable=False)])
resource = pa.struct(
    [
        pa.field("ServiceName", pa.string(), nullable=False),
        pa.field("Attrs", repeated(attribute), nullable=False),
    ]
)
resource_spans = pa.struct(
    [
        pa.field("Resource", resource, nullable=False),
        pa.field("ss", repeated(scope_spans), nullable=False),
    ]
)
schema = pa.schema(
    [
        pa.field("TraceID", pa.binary(), nullable=False),
        pa.field("StartTimeUnixNano", pa.uint64(), nullable=False),
        pa.field("EndTimeUnixNano", pa.uint64(), nullable=False),
        pa.field("DurationNano", pa.uint64(), nullable=False),
        pa.field("rs", repeated(resource_spans), nullable=False),
    ]
)
start = 1_700_000_000_000_000_000
rows = []
for i, trace_id in enumerate(ids):
    one = {
        "SpanID": trace_id[8:],
        "ParentSpanID": b"",
        "Name": "work",
        "Kind": 1,
        "StartTimeUnixNano": start + i,
        "DurationNano": 1000,
        "StatusCode": 0,
        "Attrs": [{"Key": "i", "IsArray": False, "Value": [str(i)]}],
    }
    rows.append(
        {
            "TraceID": trace_id,
            "StartTimeUnixNano": start + i,
            "EndTimeUnixNano": start + i + 1000,
            "DurationNano": 1000,
            "rs": [{"Resource": {"ServiceName": "s", "Attrs": []}, "ss": [{"Spans": [one]}]}],
        }
    )
folder = os.path.join(here, "foreign", "00000009-0000-4000-8000-000000000009")
os.makedirs(folder, exist_ok=True)
data = os.path.join(folder, "data.parquet")
pq.write_table(
    pa.Table.from_pylist(rows, schema=schema),
    data,
    row_group_size=40,
    write_statistics=False,
    use_dictionary=False,
    compression="zstd",
    data_page_size=100,
    data_page_version="1.0",
    store_schema=False,
)
with open(os.path.join(folder, "index"), "w") as out:
    last = [base64.b64encode(ids[i]).decode() for i in range(39, 200, 40)]
    out.write(json.dumps({"rowGroups": last}))
with open(os.path.join(folder, "meta.json"), "w") as out:
    meta = {
        "format": "vParquet4",
        "blockID": "00000009-0000-4000-8000-000000000009",
        "tenantID": "foreign",
        "startTime": "2023-11-14T22:13:20Z",
        "endTime": "2023-11-14T23:13:21+01:00",
        "totalObjects": 200,
        "size": os.path.getsize(data),
        "totalRecords": 5,
        "bloomShards": 3,
    }
    out.write(json.dumps(meta))
with open(os.path.join(here, "foreign", "trace-ids.txt"), "w") as out:
    for i, trace_id in enumerate(ids):
        out.write(f"{trace_id.hex()} {i // 40} {i % 40}\n")

"""Writes the small Parquet files of Golden/ with pyarrow, and their values beside them.

    python3 Tests/ParquetTests/make_golden.py

Every NAME.parquet has a NAME.expected: a line for each leaf with its name, then a line for each
row group with all level entries as repetition:definition or repetition:definition=value.
"""
import datetime, os, random, sys
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden")
ROWS = 60
random.seed(7)


def maybe(value, share=0.3):
    return None if random.random() < share else value


def text():
    return random.choice(["", "a", "cart", "checkout", "payment service", "größe", "x" * 40]) + str(random.randrange(4))


def flat():
    return pa.table({
        "bool": pa.array([maybe(random.random() < 0.5) for _ in range(ROWS)], pa.bool_()),
        "i32": pa.array([maybe(random.randrange(-2**31, 2**31)) for _ in range(ROWS)], pa.int32()),
        "u32": pa.array([maybe(random.randrange(2**32)) for _ in range(ROWS)], pa.uint32()),
        "i64": pa.array([maybe(random.randrange(-2**63, 2**63)) for _ in range(ROWS)], pa.int64()),
        "u64": pa.array([maybe(random.randrange(2**64)) for _ in range(ROWS)], pa.uint64()),
        "near": pa.array([maybe(1_700_000_000 + i * 3 + random.randrange(9)) for i in range(ROWS)], pa.int64()),
        "same": pa.array([5] * ROWS, pa.int64()),
        "f32": pa.array([maybe(random.choice([0.5, -1.25, 3e7, float("inf")])) for _ in range(ROWS)], pa.float32()),
        "f64": pa.array([maybe(random.uniform(-1e9, 1e9)) for _ in range(ROWS)], pa.float64()),
        "text": pa.array([maybe(text()) for _ in range(ROWS)], pa.string()),
        "bytes": pa.array([bytes(random.randrange(256) for _ in range(random.randrange(6))) for _ in range(ROWS)], pa.binary()),
        "fixed": pa.array([maybe(bytes(random.randrange(256) for _ in range(5))) for _ in range(ROWS)], pa.binary(5)),
        "nothing": pa.array([None] * ROWS, pa.string()),
    })


def nested():
    def attributes():
        return maybe([{"key": text(), "values": maybe([maybe(random.randrange(100)) for _ in range(random.randrange(4))])} for _ in range(random.randrange(4))], 0.2)

    spans = [maybe([maybe({"name": text(), "attributes": attributes()}, 0.1) for _ in range(random.randrange(5))], 0.1) for _ in range(ROWS)]
    kind = pa.list_(pa.struct([("name", pa.string()), ("attributes", pa.list_(pa.struct([pa.field("key", pa.string(), nullable=False), ("values", pa.list_(pa.int64()))])))]))
    return pa.table({
        "id": pa.array(range(ROWS), pa.int64()),
        "spans": pa.array(spans, kind),
        "labels": pa.array([[(str(k), text()) for k in range(random.randrange(3))] for _ in range(ROWS)], pa.map_(pa.string(), pa.string())),
        "numbers": pa.array([maybe([random.random() for _ in range(random.randrange(30))]) for _ in range(ROWS)], pa.list_(pa.float64())),
    })


def entries(value, kind, nullable, path, r, d, depth, out):
    """Appends (repetition, definition, value or nothing) of the leaf at `path` below `value`."""
    if nullable:
        if value is None:
            return out.append((r, d))
        d += 1
    if pa.types.is_struct(kind):
        field = kind.field(path[0])
        return entries(value[path[0]], field.type, field.nullable, path[1:], r, d, depth, out)
    if pa.types.is_list(kind) or pa.types.is_map(kind):
        if not value:
            return out.append((r, d))
        for i, item in enumerate(value):
            if pa.types.is_map(kind):
                field = kind.key_field if path[1] == "key" else kind.item_field
                item, rest = item[0 if path[1] == "key" else 1], path[2:]
            else:
                field, rest = kind.value_field, path[2:]
            entries(item, field.type, field.nullable, rest, r if i == 0 else depth + 1, d + 1, depth + 1, out)
        return None
    out.append((r, d, value))


def spell(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return value.hex() if value not in (float("inf"), float("-inf")) else str(value)
    return (value.encode() if isinstance(value, str) else value).hex()


def expect(name):
    path = os.path.join(FOLDER, name + ".parquet")
    file = pq.ParquetFile(path)
    with open(os.path.join(FOLDER, name + ".expected"), "w") as out:
        for i in range(len(file.schema)):
            column = file.schema.column(i)
            names = column.path.split(".")
            field = file.schema_arrow.field(names[0])
            unsigned = pa.types.is_uint64(field.type)
            out.write(column.path + "\n")
            for group in range(file.metadata.num_row_groups):
                rows = file.read_row_group(group).column(names[0]).to_pylist()
                line = []
                for row in rows:
                    entries(row, field.type, field.nullable, names[1:], 0, 0, 0, line)
                if unsigned:
                    line = [(e[0], e[1], e[2] - 2**64 if e[2] >= 2**63 else e[2]) if len(e) == 3 else e for e in line]
                out.write(" ".join(f"{e[0]}:{e[1]}" + (f"={spell(e[2])}" if len(e) == 3 else "") for e in line) + "\n")


def write(name, table, **options):
    defaults = dict(compression="NONE", data_page_version="1.0", use_dictionary=False, data_page_size=120, write_batch_size=8, row_group_size=25, store_schema=False)
    pq.write_table(table, os.path.join(FOLDER, name + ".parquet"), **{**defaults, **options})
    expect(name)


# pyarrow never lets a row run over two pages, though version 1 allows it: this file is made by hand.

def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def struct_of(*fields):
    """A compact-protocol structure of (number, type, encoded value)."""
    out, last = b"", 0
    for number, kind, value in fields:
        out, last = out + bytes([(number - last) << 4 | kind]) + value, number
    return out + b"\0"


def number(n):
    return varint(n << 1)


def list_of(kind, items):
    return bytes([len(items) << 4 | kind]) + b"".join(items)


def name_of(s):
    return varint(len(s)) + s.encode()


def split_rows():
    """Rows [1 2 3 4 5] [] [6] [7 8 9], cut into pages wherever it hurts."""
    pages = [[(0, 1, 1), (1, 1, 2)], [(1, 1, 3), (1, 1, 4)], [(1, 1, 5), (0, 0)], [(0, 1, 6), (0, 1, 7), (1, 1, 8)], [(1, 1, 9)]]
    I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
    body = b"PAR1"
    for page in pages:
        levels = b""
        for which in (0, 1):  # a bit-packed group of one byte each
            bits = sum(entry[which] << i for i, entry in enumerate(page))
            levels += (2).to_bytes(4, "little") + bytes([3, bits])
        data = levels + b"".join(entry[2].to_bytes(8, "little") for entry in page if len(entry) == 3)
        header = struct_of((1, I32, number(len(page))), (2, I32, number(0)), (3, I32, number(3)), (4, I32, number(3)))
        body += struct_of((1, I32, number(0)), (2, I32, number(len(data))), (3, I32, number(len(data))), (5, STRUCT, header)) + data
    count, size = sum(map(len, pages)), len(body) - 4
    meta = struct_of((1, I32, number(2)), (2, LIST, list_of(I32, [number(0), number(3)])), (3, LIST, list_of(BINARY, [name_of("numbers")])), (4, I32, number(0)), (5, I64, number(count)), (6, I64, number(size)), (7, I64, number(size)), (9, I64, number(4)))
    group = struct_of((1, LIST, list_of(STRUCT, [struct_of((2, I64, number(0)), (3, STRUCT, meta))])), (2, I64, number(size)), (3, I64, number(4)))
    root = struct_of((4, BINARY, name_of("root")), (5, I32, number(1)))
    leaf = struct_of((1, I32, number(2)), (3, I32, number(2)), (4, BINARY, name_of("numbers")))
    footer = struct_of((1, I32, number(1)), (2, LIST, list_of(STRUCT, [root, leaf])), (3, I64, number(4)), (4, LIST, list_of(STRUCT, [group])))
    with open(os.path.join(FOLDER, "split-rows.parquet"), "wb") as out:
        out.write(body + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    expect("split-rows")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for version, number in (("v1", "1.0"), ("v2", "2.0")):
        write(f"flat-plain-{version}", flat(), data_page_version=number)
        write(f"flat-dictionary-{version}", flat(), data_page_version=number, use_dictionary=True, compression="SNAPPY")
        write(f"nested-plain-{version}", nested(), data_page_version=number, compression="SNAPPY")
        write(f"nested-index-{version}", nested(), data_page_version=number, use_dictionary=True, write_page_index=True)
        # A dictionary that overflows: the later pages of each chunk are plain.
        write(f"flat-mixed-{version}", flat(), data_page_version=number, use_dictionary=True, dictionary_pagesize_limit=60, row_group_size=ROWS)
    integers = {name: "DELTA_BINARY_PACKED" for name in ("i32", "u32", "i64", "u64", "near", "same")}
    floats = {"f32": "BYTE_STREAM_SPLIT", "f64": "BYTE_STREAM_SPLIT"}
    write("flat-delta", flat(), data_page_version="2.0", column_encoding={**integers, **floats, "bool": "RLE", "text": "DELTA_LENGTH_BYTE_ARRAY", "bytes": "DELTA_BYTE_ARRAY", "nothing": "DELTA_LENGTH_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY"}, data_page_size=1024, row_group_size=ROWS)
    split = {name: "BYTE_STREAM_SPLIT" for name in ("i32", "u32", "i64", "u64", "fixed", "f32", "f64")}
    write("flat-split", flat(), column_encoding={**split, "text": "DELTA_BYTE_ARRAY"}, data_page_size=1024, row_group_size=ROWS)
    for codec in ("SNAPPY", "GZIP", "ZSTD", "LZ4"):
        write(f"codec-{codec.lower()}", nested(), compression=codec, data_page_version="2.0", write_page_index=True, row_group_size=ROWS)
    write("codec-brotli", pa.table({"i": pa.array([1, 2, 3])}), compression="BROTLI")
    write("no-rows", flat().slice(0, 0))
    long = ["s" * 4_000 + str(i) for i in range(3)]
    write("long-values", pa.table({"text": pa.array(long)}), compression="ZSTD", data_page_version="2.0")
    split_rows()


main()

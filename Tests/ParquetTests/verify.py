"""Compares the Parquet reader with pyarrow, value for value and level for level.

    python3 Tests/ParquetTests/verify.py FOLDER [--scratch-path DIR] [--configuration release]

Every *.parquet below FOLDER is read by the reader (through the test `dumpsEveryLeaf`) and by
pyarrow. Levels are compared through what they mean: the owner of every value at every depth, and
the offsets of every depth. Both for all rows and for a scattered selection of rows.
"""
import argparse, os, shutil, subprocess, sys, tempfile
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def entries_of(array, field, r, d, index, depth, path):
    """Levels of the leaf at `path` below `array`: (r, d, index into the leaf array or -1, leaf)."""
    if field.nullable:
        valid = np.ones(len(index), bool)
        known = index >= 0
        nulls = np.asarray(array.is_valid())
        valid[known] = nulls[index[known]]
        d = d + (known & valid)
        index = np.where(valid, index, -1)
    kind = field.type  # arrays of a single leaf forget which of their lists hold no nulls
    if pa.types.is_struct(kind):
        assert array.offset == 0
        return entries_of(array.field(path[0]), kind.field(path[0]), r, d, index, depth, path[1:])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        offsets = np.asarray(array.offsets).astype(np.int64)
        rest = path
        if pa.types.is_map(kind):
            rest = rest[1:] if rest[0] in ("key_value", "entries") else rest
            item_field = kind.key_field if rest[0] == "key" else kind.item_field
            if pa.types.is_map(array.type):
                items = array.keys if rest[0] == "key" else array.items
            else:
                items = array.values.field(rest[0])
            rest = rest[1:]
        else:
            items, item_field = array.values, kind.value_field
            if rest and rest[0] == "list":  # three-level list
                rest = rest[2:]
        lengths = np.zeros(len(index), np.int64)
        known = index >= 0
        lengths[known] = offsets[index[known] + 1] - offsets[index[known]]
        copies = np.maximum(lengths, 1)
        start = np.zeros(len(index), np.int64)
        start[known] = offsets[index[known]]
        where = np.repeat(np.arange(len(index)), copies)
        first = np.cumsum(copies) - copies
        within = np.arange(len(where)) - first[where]
        full = lengths[where] > 0
        return entries_of(items, item_field, np.where(within > 0, depth + 1, r[where]), d[where] + full,
                          np.where(full, start[where] + within, -1), depth + 1, rest)
    return r, d, index, array


def read_array(dump, dtype):
    count = int(np.frombuffer(dump[0][:8], np.int64)[0])
    size = count * np.dtype(dtype).itemsize
    values = np.frombuffer(dump[0][8:8 + size], dtype)
    dump[0] = dump[0][8 + size:]
    return values


def read_number(dump):
    value = int(np.frombuffer(dump[0][:8], np.int64)[0])
    dump[0] = dump[0][8:]
    return value


def expected_values(leaf, index, is_unsigned):
    leaf = leaf.take(pa.array(index))
    kind = leaf.type
    if pa.types.is_boolean(kind):
        return [np.asarray(leaf.cast(pa.uint8()))]
    if pa.types.is_integer(kind) or pa.types.is_temporal(kind):
        values = np.asarray(leaf.cast(pa.int64()) if pa.types.is_temporal(kind) else leaf)
        return [values.astype(np.int64) if values.dtype != np.uint64 else values.view(np.int64)]
    if pa.types.is_floating(kind):
        return [np.asarray(leaf).astype(np.float64)]
    if pa.types.is_fixed_size_binary(kind):
        leaf = leaf.cast(pa.binary())
    leaf = leaf.cast(pa.large_binary())
    offsets = np.frombuffer(leaf.buffers()[1], np.int64)[leaf.offset:leaf.offset + len(leaf) + 1] if len(leaf) else np.zeros(1, np.int64)
    data = np.frombuffer(leaf.buffers()[2] or b"", np.uint8)[offsets[0]:offsets[-1]]
    return [offsets - offsets[0], data]


def compare(path, dump_folder, failures):
    file = pq.ParquetFile(path)
    schema = file.schema
    compared = 0
    for group in range(file.metadata.num_row_groups):
        for i in range(len(schema)):
            column = schema.column(i)
            table = file.read_row_group(group, columns=[column.path], use_threads=False)
            array = table.column(0).combine_chunks() if table.num_rows else None
            if array is None:
                continue
            n = len(array)
            names = column.path.split(".")
            r, d, index, leaf = entries_of(array, file.schema_arrow.field(names[0]), np.zeros(n, np.int64), np.zeros(n, np.int64), np.arange(n), 0, names[1:])
            assert d.max(initial=0) <= column.max_definition_level, column.path
            rows = np.cumsum(r == 0) - 1
            for which in ("all", "some"):
                keep = np.ones(len(r), bool) if which == "all" else (rows * 7919 % 1009 < 200)
                name = f"{group}-{i}-{which}"
                dump = [memoryview(open(os.path.join(dump_folder, name), "rb").read())]
                try:
                    compared += check(dump, r[keep], d[keep], index[keep], leaf, column, lanes_of(file, column))
                except AssertionError as error:
                    failures.append(f"{path} group {group} {column.path} {which}: {error}")
    return compared


def lanes_of(file, column):
    """Definition level at which each repeated ancestor has an element, from the arrow schema."""
    field = None
    levels, d = [], 0
    names = column.path.split(".")
    field = file.schema_arrow.field(names[0])
    rest = names[1:]
    while True:
        if field.nullable:
            d += 1
        kind = field.type
        if pa.types.is_struct(kind):
            field, rest = kind.field(rest[0]), rest[1:]
        elif pa.types.is_map(kind):
            d += 1
            levels.append(d)
            rest = rest[1:] if rest[0] in ("key_value", "entries") else rest
            field, rest = (kind.key_field if rest[0] == "key" else kind.item_field), rest[1:]
        elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
            d += 1
            levels.append(d)
            field = kind.value_field
            if rest and rest[0] == "list":
                rest = rest[2:]
        else:
            assert d == column.max_definition_level, (column.path, d)
            return levels


def check(dump, r, d, index, leaf, column, definitions):
    full = d == column.max_definition_level
    unsigned = "UINT" in str(column.converted_type)
    for want in expected_values(leaf, index[full], unsigned):
        got = read_array(dump, want.dtype)
        same = want.tobytes() == got.tobytes()
        assert same, f"values differ: {len(want)} expected, {len(got)} read"
    starts = [r == 0] + [(r <= k) & (d >= definitions[k - 1]) for k in range(1, len(definitions) + 1)]
    counts = [np.cumsum(s) for s in starts]
    for depth, started in enumerate(starts):
        total = read_number(dump)
        assert total == started.sum(), f"owners at depth {depth}: {total} read, {started.sum()} expected"
        got = read_array(dump, np.uint32)
        assert np.array_equal(got, counts[depth][full] - 1), f"owners at depth {depth}"
    for k in range(len(definitions)):
        want = np.append((counts[k + 1] - starts[k + 1])[starts[k]], starts[k + 1].sum())
        got = read_array(dump, np.uint32)
        assert np.array_equal(got, want), f"shape at depth {k}"
    assert len(dump[0]) == 0, "more was dumped than expected"
    return len(r)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--scratch-path", default=".build")
    parser.add_argument("--configuration", default="debug")
    options = parser.parse_args()
    files = sorted(os.path.join(base, name) for base, _, names in os.walk(options.folder) for name in names if name.endswith(".parquet"))
    failures, entries = [], 0
    for path in files:
        folder = tempfile.mkdtemp()
        environment = dict(os.environ, TRACEQL_LEAF_DUMP=folder, TRACEQL_LEAF_DUMP_FILE=os.path.abspath(path), SWIFT_BACKTRACE="enable=no")
        run = subprocess.run(["swift", "test", "--skip-build", "-c", options.configuration, "--scratch-path", options.scratch_path, "--filter", "dumpsEveryLeaf"], env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            failures.append(f"{path}: {run.stdout[-2000:]}{run.stderr[-500:]}")
        else:
            entries += compare(path, folder, failures)
        print(("ok  " if not failures else "BAD ") + path, flush=True)
        shutil.rmtree(folder)
    for failure in failures:
        print(failure)
    print(f"{len(files)} files, {entries} entries compared, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

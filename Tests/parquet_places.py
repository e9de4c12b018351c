"""Where things stand in a sound Parquet file, down to the numbers of its Thrift structures.

Used by damage.py, which changes them. Python 3 standard library only.
"""

INTERESTING = [
    0, 1, 2, 3, 7, 8, 63, 64, 127, 128, 255, 256, 1023, 65535, 65536, 1 << 20, 1 << 24, 1 << 26,
    (1 << 26) + 1, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, (1 << 62),
    (1 << 63) - 1, -1, -2, -128, -(1 << 31), -(1 << 63),
]


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint((n << 1 ^ n >> 63) & ((1 << 64) - 1))


class CompactReader:
    """As much of Thrift's compact protocol as finding the pages of a file takes.

    `numbers` collects the byte range of every integer, `sizes` of every length of bytes or lists.
    """

    def __init__(self, data, position=0):
        self.data, self.position = data, position
        self.numbers, self.sizes = [], []

    def varint(self):
        result = shift = 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            result |= (byte & 127) << shift
            if byte < 128:
                return result
            shift += 7

    def zigzag(self):
        start = self.position
        n = self.varint()
        self.numbers.append((start, self.position))
        return (n >> 1) ^ -(n & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            self.position += 1
            return self.data[self.position - 1]
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 7:
            self.position += 8
            return None
        if kind == 8:
            start = self.position
            size = self.varint()
            self.sizes.append((start, self.position))
            self.position += size
            return self.data[self.position - size:self.position]
        if kind in (9, 10):
            head = self.data[self.position]
            self.position += 1
            size = head >> 4
            if size == 15:
                start = self.position
                size = self.varint()
                self.sizes.append((start, self.position))
            if head & 15 in (1, 2):  # in a list each takes a byte
                self.position += size
                return [byte == 1 for byte in self.data[self.position - size:self.position]]
            return [self.value(head & 15) for _ in range(size)]
        if kind == 12:
            return self.struct()
        raise ValueError(f"thrift type {kind}")

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.data[self.position]
            self.position += 1
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            fields[last] = self.value(head & 15)


class ParquetPlaces:
    """Byte ranges of a sound Parquet file, by what stands in them."""

    def __init__(self, data):
        self.size = len(data)
        length = int.from_bytes(data[-8:-4], "little")
        self.footer = (self.size - 8 - length, self.size - 8)
        self.headers, self.bodies, self.indexes = [], [], []
        # Numbers of page headers and page indexes, which must keep their length when changed.
        self.fixed_numbers = []
        reader = CompactReader(data, self.footer[0])
        footer = reader.struct()
        self.footer_numbers = reader.numbers + reader.sizes
        for group in footer[4]:
            for chunk in group[1]:
                for offset, size in ((4, 5), (6, 7)):
                    if offset in chunk:
                        self.indexes.append((chunk[offset], chunk[offset] + chunk[size]))
                        index = CompactReader(data, chunk[offset])
                        index.struct()
                        self.fixed_numbers += index.numbers + index.sizes
                self.pages(data, chunk[3])

    def pages(self, data, chunk):
        start = min(p for p in (chunk.get(9), chunk.get(11)) if p)
        end = start + chunk[7]
        while start < end:
            reader = CompactReader(data, start)
            size = reader.struct()[3]
            self.headers.append((start, reader.position))
            self.bodies.append((reader.position, reader.position + size))
            self.fixed_numbers += reader.numbers + reader.sizes
            start = reader.position + size


def change_footer_number(random, data, places):
    """Another number in the footer, of any length: what stands before the footer stays in place."""
    start, end = random.choice(places.footer_numbers)
    number = zigzag(random.choice(INTERESTING))
    footer = data[places.footer[0]:start] + number + data[end:places.footer[1]]
    return data[:places.footer[0]] + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def change_fixed_number(random, data, places):
    """Another number of the same length in a page header or a page index."""
    start, end = random.choice(places.fixed_numbers)
    size = end - start
    choices = [n for n in map(zigzag, INTERESTING) if len(n) == size]
    number = random.choice(choices) if choices and random.random() < 0.7 else bytes(
        [random.randrange(128) | 128 for _ in range(size - 1)] + [random.randrange(1, 128)])
    return data[:start] + number + data[end:]

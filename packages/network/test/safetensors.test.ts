import { describe, expect, test } from "bun:test"
import { readdirSync, readFileSync } from "node:fs"
import { InputError } from "@dualcone/wasm"
import {
  readSafetensors,
  type SafetensorsFile,
  type Tensor,
  toFloat32,
  toFloat64,
  writeSafetensors
} from "../src/safetensors.ts"

const golden = new URL("../../../golden/", import.meta.url)
const read = (file: string) => new Uint8Array(readFileSync(new URL(file, golden)))

/** A file of this header and these data, whatever the header says. */
function fileOf(header: string | Uint8Array, data: ArrayLike<number> = []): Uint8Array<ArrayBuffer> {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header
  const file = new Uint8Array(8 + json.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true)
  file.set(json, 8)
  file.set(data, 8 + json.length)
  return file
}

function refusal(call: () => unknown): InputError {
  let thrown: unknown
  try {
    call()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(InputError)
  if (!(thrown instanceof InputError)) throw new Error("not refused")
  expect(thrown.message).not.toContain("\n")
  expect(thrown.message.length).toBeLessThan(800)
  return thrown
}

/** What the reader makes of any bytes: a file whose parts agree, or an InputError. All else fails. */
function fileOrRefusal(bytes: Uint8Array): SafetensorsFile | InputError {
  try {
    const file = readSafetensors(bytes)
    let data = 0
    for (const {
      shape,
      data: { length, byteLength }
    } of file.tensors.values()) {
      expect(shape.reduce((product, size) => product * size, 1)).toBe(length)
      data += byteLength
    }
    expect(data).toBeLessThanOrEqual(bytes.length)
    return file
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

/** One tensor of each type, by hand; binary16 0x3c00 is 1, 0xc000 is -2; bfloat16 0x3f80 is 1, 0xc000 is -2. */
const each: readonly Tensor[] = [
  { name: "f64", dtype: "F64", shape: [2], data: Float64Array.of(Math.PI, -0) },
  { name: "i64", dtype: "I64", shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
  { name: "u64", dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 63n) },
  { name: "f32", dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 0.5, 2 ** -149, Number.NEGATIVE_INFINITY) },
  { name: "i32", dtype: "I32", shape: [1], data: Int32Array.of(-7) },
  { name: "u32", dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  { name: "f16", dtype: "F16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  { name: "bf16", dtype: "BF16", shape: [2], data: Uint16Array.of(0x3f80, 0xc000) },
  { name: "i16", dtype: "I16", shape: [3], data: Int16Array.of(-1, 0, 1) },
  { name: "u16", dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
  { name: "i8", dtype: "I8", shape: [1, 1, 1], data: Int8Array.of(-128) },
  { name: "u8", dtype: "U8", shape: [], data: Uint8Array.of(200) },
  { name: "bool", dtype: "BOOL", shape: [2], data: Uint8Array.of(1, 0) },
  { name: "empty", dtype: "F32", shape: [0, 3], data: new Float32Array() }
]

const one = '"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}'

describe("reading by the format", () => {
  test("a file written by hand", () => {
    const header = '{"__metadata__":{"made by":"hand"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}  '
    const { metadata, tensors } = readSafetensors(fileOf(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
    expect(metadata).toEqual({ "made by": "hand" })
    expect([...tensors.keys()]).toEqual(["x"])
    expect(tensors.get("x")).toEqual({ name: "x", dtype: "F32", shape: [1, 2], data: Float32Array.of(1, -2) })
  })

  test("a file without tensors", () => {
    const { metadata, tensors } = readSafetensors(fileOf("{}"))
    expect(metadata).toEqual({})
    expect(tensors.size).toBe(0)
  })

  test("a Buffer, whose slices share its memory, is read at every alignment", () => {
    const header = JSON.stringify({ a: { dtype: "F64", shape: [1], data_offsets: [0, 8] } })
    const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
    for (let spaces = 0; spaces < 8; spaces++) {
      const { tensors } = readSafetensors(Buffer.from(fileOf(header + " ".repeat(spaces), one)))
      expect(tensors.get("a")?.data).toEqual(Float64Array.of(1))
    }
  })

  test("the same values at every alignment: views where they can be, copies elsewhere", () => {
    const file = writeSafetensors(each)
    for (let shift = 0; shift < 16; shift++) {
      const buffer = new Uint8Array(file.length + 16)
      buffer.set(file, shift)
      const { tensors } = readSafetensors(buffer.subarray(shift, shift + file.length))
      for (const tensor of each) {
        const found = tensors.get(tensor.name)
        expect(found).toEqual(tensor)
        const shared = found?.data.buffer === buffer.buffer
        expect(shared).toBe(shift % tensor.data.BYTES_PER_ELEMENT === 0)
      }
    }
  })

  test("names that JavaScript objects know already", () => {
    const named = (name: string): Tensor => ({ name, dtype: "U8", shape: [1], data: Uint8Array.of(name.length) })
    const names = ["constructor", "hasOwnProperty", "toString", "0", "12", "", 'with "quotes"', "ünï"]
    const { tensors } = readSafetensors(writeSafetensors(names.map(named), { constructor: "a string" }))
    expect([...tensors.keys()].sort()).toEqual([...names].sort())
    for (const name of names) expect(tensors.get(name)).toEqual(named(name))
  })
})

describe("the golden files", () => {
  const files = readdirSync(golden).filter((file) => file.endsWith(".safetensors"))

  test("are there", () => expect(files.length).toBeGreaterThanOrEqual(5))

  for (const file of files) {
    test(`${file}: every tensor equals the numbers that a DataView finds at its offsets`, () => {
      const bytes = read(file)
      const bare = new DataView(bytes.buffer, bytes.byteOffset)
      const length = Number(bare.getBigUint64(0, true))
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
      const { metadata, tensors } = readSafetensors(bytes, file)
      expect(metadata).toEqual(header.__metadata__ ?? {})
      delete header.__metadata__
      expect([...tensors.keys()].sort()).toEqual(Object.keys(header).sort())
      for (const { name, dtype, shape, data } of tensors.values()) {
        expect(dtype).toBe(header[name].dtype)
        expect(shape).toEqual(header[name].shape)
        let at = 8 + length + header[name].data_offsets[0]
        let different = 0
        for (const entry of data) {
          const expected =
            dtype === "F64"
              ? bare.getFloat64(at, true)
              : dtype === "F32"
                ? bare.getFloat32(at, true)
                : dtype === "I64"
                  ? bare.getBigInt64(at, true)
                  : dtype === "I32"
                    ? bare.getInt32(at, true)
                    : dtype === "U8"
                      ? bare.getUint8(at)
                      : undefined
          if (!Object.is(entry, expected)) different++
          at += data.BYTES_PER_ELEMENT
        }
        expect(different).toBe(0)
      }
    })

    test(`${file}: is the same after being written again`, () => {
      const original = readSafetensors(read(file))
      expect(readSafetensors(writeSafetensors(original.tensors.values(), original.metadata))).toEqual(original)
    })
  }

  test("hold symmetric positive Gramians and images of MNIST's shape", () => {
    const { tensors } = readSafetensors(read("mnist.safetensors"))
    const gramian = tensors.get("expect.gramian")
    const images = tensors.get("input.x")
    if (gramian === undefined || images === undefined) throw new Error("the golden file lacks a tensor")
    const entries = toFloat64(gramian)
    for (let i = 0; i < 6; i++) {
      expect(entries[7 * i]).toBeGreaterThan(0)
      for (let j = 0; j < i; j++) expect(entries[6 * i + j]).toBeCloseTo(entries[6 * j + i] ?? Number.NaN, 8)
    }
    expect(images.shape).toEqual([6, 1, 28, 28])
  })
})

describe("writing", () => {
  test("every type comes back the same", () => {
    const { metadata, tensors } = readSafetensors(writeSafetensors(each, { seed: "1", "": "\u0000\n" }))
    expect(metadata).toEqual({ seed: "1", "": "\u0000\n" })
    expect(tensors.size).toBe(each.length)
    for (const tensor of each) expect(tensors.get(tensor.name)).toEqual(tensor)
  })

  test("gives the same bytes for the same tensors in another order", () => {
    expect(writeSafetensors([...each].reverse())).toEqual(writeSafetensors(each))
  })

  test("aligns: the header takes a multiple of 8 bytes, large entries come first, then names", () => {
    for (let letters = 0; letters < 9; letters++) {
      const file = writeSafetensors(each, { pad: "x".repeat(letters) })
      expect(new DataView(file.buffer).getBigUint64(0, true) % 8n).toBe(0n)
      expect([...readSafetensors(file).tensors.values()].filter(({ data }) => data.buffer !== file.buffer)).toEqual([])
    }
    const order = [...readSafetensors(writeSafetensors(each)).tensors.keys()]
    expect(order.join(" ")).toBe("f64 i64 u64 empty f32 i32 u32 bf16 f16 i16 u16 bool i8 u8")
  })

  test("gives the bytes of the format", () => {
    const file = writeSafetensors([{ name: "a", dtype: "U8", shape: [2], data: Uint8Array.of(1, 2) }], { k: "v" })
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}'
    expect(file).toEqual(fileOf(header.padEnd(80), [1, 2]))
  })

  const tensor: Tensor = { name: "a", dtype: "F32", shape: [2], data: new Float32Array(2) }
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    ["two tensors of one name", () => writeSafetensors([tensor, tensor]), 'the name of a tensor is "a"'],
    [
      "a shape of another size",
      () => writeSafetensors([{ ...tensor, shape: [3] }]),
      'the data of tensor "a" is Float32Array(2) [0, 0]; F32 of shape [3] is a Float32Array of 3'
    ],
    [
      "a negative size",
      () => writeSafetensors([{ ...tensor, shape: [-1, -2] }]),
      'the shape of tensor "a" is [-1, -2]'
    ],
    ["the name __proto__", () => writeSafetensors([{ ...tensor, name: "__proto__" }]), "the name of tensor"],
    ["the name __metadata__", () => writeSafetensors([{ ...tensor, name: "__metadata__" }]), "the name of tensor"],
    ["half a character", () => writeSafetensors([{ ...tensor, name: "\ud800" }]), "the name of tensor"],
    // As JavaScript callers may, unseen by the compiler.
    [
      "another array",
      () => writeSafetensors([Object.assign({ ...tensor }, { data: new Int32Array(2) })]),
      "the data of"
    ],
    [
      "an unknown type",
      () => writeSafetensors([Object.assign({ ...tensor }, JSON.parse('{"dtype":"F8"}'))]),
      "the dtype of"
    ],
    ["metadata of numbers", () => writeSafetensors([tensor], JSON.parse('{"seed":1}')), '"seed" in the metadata']
  ]
  for (const [what, call, message] of wrong) {
    test(`${what} is refused`, () => expect(refusal(call).message).toStartWith(message))
  }
})

describe("conversions", () => {
  test("to float64 keep every value that float64 has", () => {
    const values = Object.fromEntries(each.map((tensor) => [tensor.name, [...toFloat64(tensor)]]))
    expect(values).toEqual({
      f64: [Math.PI, -0],
      i64: [-(2 ** 60)],
      u64: [2 ** 63],
      f32: [1, 0.5, 2 ** -149, Number.NEGATIVE_INFINITY],
      i32: [-7],
      u32: [2 ** 32 - 1],
      f16: [1, -2],
      bf16: [1, -2],
      i16: [-1, 0, 1],
      u16: [65535],
      i8: [-128],
      u8: [200],
      bool: [1, 0],
      empty: []
    })
  })

  test("to float32 are those to float64, rounded", () => {
    for (const tensor of each) expect([...toFloat32(tensor)]).toEqual([...toFloat64(tensor)].map(Math.fround))
  })

  test("give a tensor's own data where they are of the type", () => {
    const double = Float64Array.of(1)
    const single = Float32Array.of(1)
    expect(toFloat64({ name: "d", dtype: "F64", shape: [1], data: double })).toBe(double)
    expect(toFloat32({ name: "s", dtype: "F32", shape: [1], data: single })).toBe(single)
  })

  test("of binary16: the named values of IEEE 754", () => {
    const named: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 2 ** -14 - 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3bff, 1 - 2 ** -11],
      [0x3c01, 1 + 2 ** -10],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN]
    ]
    const data = Uint16Array.from(named, ([bits]) => bits)
    const tensor: Tensor = { name: "h", dtype: "F16", shape: [data.length], data }
    expect([...toFloat32(tensor)]).toEqual(named.map(([, value]) => value))
  })

  test("of binary16: bits in the order of their values, each 2^-24 times an integer", () => {
    const data = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits)
    const values = toFloat64({ name: "h", dtype: "F16", shape: [data.length], data })
    expect(values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0))).toBe(true)
    expect(values.every((value) => Number.isInteger(value * 2 ** 24))).toBe(true)
  })

  test("of bfloat16: the upper half of a binary32", () => {
    const bits = new DataView(new ArrayBuffer(4))
    const data = Uint16Array.from({ length: 65536 }, (_, half) => half)
    const values = toFloat32({ name: "b", dtype: "BF16", shape: [data.length], data })
    let different = 0
    for (const [half, value] of values.entries()) {
      bits.setUint32(0, half * 65536)
      if (!Object.is(bits.getFloat32(0), value)) different++
    }
    expect(different).toBe(0)
  })
})

describe("a hostile file is refused", () => {
  const entry = (dtype: unknown, shape: unknown, offsets: unknown) =>
    JSON.stringify({ a: { dtype, shape, data_offsets: offsets } })
  const length = (n: bigint, size: number) => {
    const file = new Uint8Array(size)
    new DataView(file.buffer).setBigUint64(0, n, true)
    return file
  }
  const wrong: readonly (readonly [string, Uint8Array, string])[] = [
    ["nothing", new Uint8Array(), "the length of f is 0"],
    ["seven bytes", new Uint8Array(7), "the length of f is 7"],
    ["no header", length(0n, 8), "the header length of f is 0"],
    ["a header behind the end", length(9n, 16), "the header length of f is 9; it must be at least 2 and at most 8"],
    ["a header of 2^64 - 1 bytes", length(2n ** 64n - 1n, 16), "the header length of f is 18446744073709551615"],
    [
      "a header above the format's limit",
      length(100_000_001n, 100_000_100),
      "the header length of f is 100000001; it must be at least 2 and at most 100000000, the format's limit"
    ],
    ["a header that is not an object", fileOf("[1]"), "the first byte of the header of f is 91"],
    ["white space before the header", fileOf(" {}"), "the first byte of the header of f is 32"],
    ["a header that is not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), "the header of f is "],
    ["a header that is not JSON", fileOf("{'a':1}"), "the header of f is "],
    ["a header with something behind it", fileOf("{}{}"), "the header of f is "],
    ["a header cut short", fileOf(`{${one}`), "the header of f is "],
    ["a tensor that is not an object", fileOf('{"a":3}'), 'tensor "a" of f is 3'],
    ["a tensor that is null", fileOf('{"a":null}'), 'tensor "a" of f is null'],
    ["an unknown dtype", fileOf(entry("F8_E4M3", [1], [0, 1]), [0]), 'the dtype of tensor "a" of f is "F8_E4M3"'],
    ["a dtype all objects have", fileOf(entry("toString", [1], [0, 1]), [0]), 'the dtype of tensor "a" of f is "toStr'],
    ["no dtype", fileOf(entry(undefined, [1], [0, 1]), [0]), 'the dtype of tensor "a" of f is missing'],
    ["no shape", fileOf(entry("U8", undefined, [0, 1]), [0]), 'the shape of tensor "a" of f is missing'],
    ["a negative size", fileOf(entry("U8", [-1], [0, 1]), [0]), 'the shape of tensor "a" of f is [-1]'],
    ["two negative sizes", fileOf(entry("U8", [-1, -1], [0, 1]), [0]), 'the shape of tensor "a" of f is [-1, -1]'],
    ["half an entry", fileOf(entry("U8", [0.5, 2], [0, 1]), [0]), 'the shape of tensor "a" of f is [0.5, 2]'],
    ["a size in words", fileOf(entry("U8", ["1"], [0, 1]), [0]), 'the shape of tensor "a" of f is ["1"]'],
    ["an infinite size", fileOf('{"a":{"dtype":"U8","shape":[1e999],"data_offsets":[0,0]}}'), "the shape of tensor"],
    ["a product beyond 2^64", fileOf(entry("U8", [2 ** 32, 2 ** 32], [0, 0])), "the shape of tensor"],
    [
      "a product that overflows to NaN",
      fileOf(entry("U8", [...new Array(40).fill(2 ** 50), 0], [0, 0])),
      "the shape of"
    ],
    ["no offsets", fileOf(entry("U8", [1], undefined), [0]), 'the data_offsets of tensor "a" of f is missing'],
    ["three offsets", fileOf(entry("U8", [1], [0, 1, 2]), [0]), 'the data_offsets of tensor "a" of f is [0, 1, 2]'],
    ["a negative offset", fileOf(entry("U8", [1], [-1, 0]), [0]), 'the data_offsets of tensor "a" of f is [-1, 0]'],
    ["offsets in reverse", fileOf(entry("U8", [1], [1, 0]), [0]), 'the data_offsets of tensor "a" of f is [1, 0]'],
    ["offsets behind the end", fileOf(entry("U8", [2], [0, 2]), [0]), 'the data_offsets of tensor "a" of f is [0, 2]'],
    ["offsets beyond 2^53", fileOf(entry("U8", [1], [0, 2 ** 60]), [0]), "the data_offsets of tensor"],
    [
      "too many bytes for the shape",
      fileOf(entry("F32", [1], [0, 8]), new Array(8)),
      'the number of bytes of tensor "a"'
    ],
    ["data no tensor has", fileOf(`{${one}}`, [1, 2, 3]), "the number of data bytes of f is 3; its tensors end at 2"],
    ["data without any tensor", fileOf("{}", [1]), "the number of data bytes of f is 1; its tensors end at 0"],
    [
      "a hole before the first tensor",
      fileOf(entry("U8", [1], [1, 2]), [0, 0]),
      'the begin of the data of tensor "a" of f is 1; the data before end at 0'
    ],
    [
      "a hole between",
      fileOf(`{${one},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}`, [1, 2, 3, 4]),
      'the begin of the data of tensor "b" of f is 3; the data before end at 2'
    ],
    [
      "an overlap",
      fileOf(`{${one},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, [1, 2, 3]),
      'the begin of the data of tensor "b" of f is 1; the data before end at 2'
    ],
    [
      "two tensors in one place",
      fileOf(`{${one},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, [1, 2]),
      'the begin of the data of tensor "b" of f is 0; the data before end at 2'
    ],
    ["a name twice", fileOf(`{${one},${one}}`, [1, 2]), 'a name in the header of f is "a"; it is there twice'],
    ["a name twice, once escaped", fileOf(`{${one},${one.replace("a", "\\u0061")}}`, [1, 2]), "a name in the header"],
    [
      "a name twice, far from its colon",
      fileOf(`{${one},${one.replace(":", `${" ".repeat(1000)}:`)}}`, [1, 2]),
      "a name in the header of f"
    ],
    [
      "a dtype twice",
      fileOf(`{${one.replace("{", '{"dtype":"I8",')}}`, [1, 2]),
      'a name in the header of f is "dtype"'
    ],
    ["the name __proto__", fileOf(`{${one.replace('"a"', '"__proto__"')}}`, [1, 2]), "the name of tensor"],
    ["the metadata name __proto__", fileOf('{"__metadata__":{"__proto__":"x"}}'), "a name in the metadata of f"],
    ["half a character as a name", fileOf(`{${one.replace('"a"', '"\\ud800"')}}`, [1, 2]), "the name of tensor"],
    ["metadata that is a list", fileOf('{"__metadata__":["x"]}'), 'the metadata of f is ["x"]'],
    ["metadata of numbers", fileOf('{"__metadata__":{"seed":1}}'), '"seed" in the metadata of f is 1'],
    ["metadata of metadata", fileOf('{"__metadata__":{"a":{"b":"c"}}}'), '"a" in the metadata of f is {b: "c"}'],
    ["a deep header", fileOf(`{"a":${"[".repeat(50)}${"]".repeat(50)}}`), "the depth of the header of f is 17"]
  ]
  for (const [what, bytes, message] of wrong) {
    test(`with ${what}`, () => expect(refusal(() => readSafetensors(bytes, "f")).message).toStartWith(message))
  }

  test("with a header of a million brackets", () => {
    refusal(() => readSafetensors(fileOf(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`)))
    refusal(() => readSafetensors(fileOf(`{"a":${"[".repeat(1e6)}`)))
    refusal(() => readSafetensors(fileOf('{"a":'.repeat(1e5))))
  })

  test("with a name of a million letters, which the error does not repeat", () => {
    refusal(() => readSafetensors(fileOf(`{"${"x".repeat(1e6)}":1}`)))
  })
})

describe("no file crashes the reader", () => {
  const small = writeSafetensors(each, { seed: "1" })
  const headerEnd = (file: Uint8Array) => 8 + Number(new DataView(file.buffer).getBigUint64(0, true))

  test("cut anywhere: refused", () => {
    for (let length = 0; length < small.length; length++) {
      expect(fileOrRefusal(small.slice(0, length))).toBeInstanceOf(InputError)
    }
    const large = read("svhn.safetensors")
    for (let length = 0; length < large.length; length += 997) {
      expect(fileOrRefusal(large.subarray(0, length))).toBeInstanceOf(InputError)
    }
  })

  test("one byte longer: refused", () => {
    const longer = new Uint8Array(small.length + 1)
    longer.set(small)
    refusal(() => readSafetensors(longer))
  })

  test("any bit of a small file flipped: a file or refused", () => {
    for (let bit = 0; bit < 8 * small.length; bit++) {
      const flipped = small.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      fileOrRefusal(flipped)
    }
  })

  test("any byte of a golden header inverted, or made a quote, a bracket or a digit: a file or refused", () => {
    const golden = read("svhn.safetensors")
    const end = headerEnd(golden)
    for (let at = 0; at < end; at++) {
      const original = golden[at] ?? 0
      for (const value of [original ^ 0xff, 0x22, 0x7d, 0x39]) {
        golden[at] = value
        fileOrRefusal(golden)
      }
      golden[at] = original
    }
  })
})

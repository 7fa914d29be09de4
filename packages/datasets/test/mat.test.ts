import { describe, expect, test } from "bun:test"
import { deflateSync } from "node:zlib"
import { readMat } from "../src/index.ts"
import { joined, type MatVariable, makeMat, matElement, matHeader } from "./archives.ts"
import { refusal } from "./refusal.ts"
import { acceptedTruncations } from "./truncations.ts"

const bytes = { name: "X", shape: [2, 3, 2], data: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) }
const doubles = { name: "labels", shape: [2, 1], data: Float64Array.of(10, -0.5) }

describe("a MAT-file", () => {
  for (const plain of [false, true]) {
    test(`gives its arrays, ${plain ? "plain" : "compressed"}`, async () => {
      const arrays = await readMat(makeMat([bytes, doubles].map((array) => ({ ...array, plain }))), 1000)
      expect([...arrays]).toEqual([
        ["X", { shape: [2, 3, 2], data: bytes.data }],
        ["labels", { shape: [2, 1], data: doubles.data }]
      ])
    })
  }

  test("may store doubles as bytes, up to four of them in the place of the size", async () => {
    const arrays = await readMat(makeMat([{ name: "y", shape: [3, 1], data: Uint8Array.of(10, 1, 2), kind: 6 }]), 1000)
    expect(arrays.get("y")?.data).toEqual(Uint8Array.of(10, 1, 2))
  })

  test("is refused at every length but where an array ends", async () => {
    for (const plain of [false, true]) {
      const first = makeMat([{ ...bytes, plain }])
      const whole = makeMat([bytes, doubles].map((array) => ({ ...array, plain })))
      expect(await acceptedTruncations(whole, (cut) => readMat(cut, 1000))).toEqual([128, first.length])
    }
  })

  const one = (array: Partial<MatVariable>) => makeMat([{ ...bytes, ...array }])
  const damaged = makeMat([bytes]).map((byte, i) => (i === 150 ? byte ^ 0xff : byte))
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "that inflates to more than it may",
      one({ shape: [1000, 1], data: new Uint8Array(1000) }),
      "the inflated length of a compressed element of x.mat"
    ],
    ["whose stream is damaged", damaged, "a compressed element of x.mat is"],
    ["of too few entries", one({ shape: [2, 3, 3] }), "the length of the array X of x.mat is 12; 2 x 3 x 3 entries"],
    ["of too many", one({ shape: [2, 3] }), "the length of the array X of x.mat is 12; 2 x 3 entries are needed"],
    [
      "of a shape beyond all memory",
      one({ shape: [2 ** 31 - 1, 2 ** 31 - 1] }),
      "the length of the array X of x.mat is 12"
    ],
    ["of a negative size", one({ shape: [-3, -4] }), "the shape of the array X of x.mat is [-3, -4]"],
    ["of one dimension", one({ shape: [12] }), "the shape of the array X of x.mat is [12]"],
    [
      "of other entries",
      one({ type: 7 }),
      "the type of the array X of x.mat is 7; it must be 2 (bytes) or 9 (doubles)"
    ],
    ["of a cell array", one({ kind: 1 }), "the class of an array of x.mat is 1; it must be 6 or 9"],
    ["of complex numbers", one({ flags: 8 }), "the class of an array of x.mat is"],
    ["with an array twice", makeMat([bytes, bytes]), 'the array X of x.mat is "X"; it must occur once'],
    [
      "of version 7.3",
      makeMat([bytes], matHeader(Uint8Array.of(0, 2, 0x49, 0x4d))),
      'the version of x.mat is "00 02 49 4d"'
    ],
    ["of big-endian numbers", makeMat([bytes], matHeader(Uint8Array.of(1, 0, 0x4d, 0x49))), "the version of x.mat is"],
    [
      "with a number outside of arrays",
      joined(matHeader(), matElement(9, new Uint8Array(8))),
      "the type of an element of x.mat is 9"
    ],
    [
      "whose size of a small element is wrong",
      joined(matHeader(), Uint8Array.of(1, 0, 9, 0, 0, 0, 0, 0)),
      "the size of a small element of x.mat is 9"
    ],
    [
      "that promises gigabytes",
      joined(matHeader(), new Uint8Array(Uint32Array.of(14, 2 ** 32 - 1).buffer)),
      "what is left of x.mat is 8"
    ],
    ["that is empty", new Uint8Array(), "the length of x.mat is 0; the header of a MAT-file takes 128 bytes"],
    ["that is a web page", new TextEncoder().encode("<html>".repeat(99)), 'the version of x.mat is "'],
    [
      "with two arrays in an element",
      joined(matHeader(), matElement(15, new Uint8Array(deflateSync(new Uint8Array(32))), false)),
      "the end of a compressed element of x.mat is"
    ]
  ]
  for (const [what, content, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readMat(content, 800, "x.mat"))).message).toStartWith(told)
    })
  }
})

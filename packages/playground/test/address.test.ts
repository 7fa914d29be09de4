/** What stands in addresses is read back as it was written, and nonsense as what is usual. */
import { describe, expect, test } from "bun:test"
import { type ConeState, readState, withShape, withTip, writeState } from "../src/rooms/cone/state.ts"
import type { ProblemChoice } from "../src/rooms/trajectories/messages.ts"
import * as trajectories from "../src/rooms/trajectories/state.ts"
import { hashOf, placeOf } from "../src/shell/address.ts"

describe("an address", () => {
  test("names a room and holds its state in plain letters", () => {
    const place = { room: "cone", parameters: new URLSearchParams({ g: "1,2:3,4", show: "mean" }) } as const
    expect(hashOf(place)).toBe("#cone?g=1,2:3,4&show=mean")
    expect(placeOf(hashOf(place)).parameters.toString()).toBe(place.parameters.toString())
    expect(hashOf({ room: "training", parameters: new URLSearchParams() })).toBe("#training")
  })

  test("of no room or an unknown one is the first room's", () => {
    for (const hash of ["", "#", "#nowhere", "#nowhere?x=1"]) expect(placeOf(hash).room).toBe("cone")
  })
})

describe("the state of the cone explorer", () => {
  const usual: ConeState = {
    rows: [
      [1, 0],
      [0, 1]
    ],
    shown: ["upgrad"],
    ridge: "strict",
    scaling: null,
    orbit: { turn: 30, tilt: 20 }
  }
  const known = ["upgrad", "mean", "mgda"]

  test("is read as it was written", () => {
    const states: readonly ConeState[] = [
      usual,
      { ...usual, shown: ["mean", "mgda"], ridge: "paper", scaling: { row: 1, factor: 0.35 } },
      { ...usual, shown: [] },
      {
        ...usual,
        orbit: { turn: -70, tilt: 45 },
        rows: [
          [0.1, -2.5, 1],
          [1, 1, 0.0001],
          [-1, 0, 0]
        ]
      }
    ]
    for (const state of states) expect(readState(writeState(state), usual, known)).toEqual(state)
  })

  test("is the usual one where the address says nonsense", () => {
    for (const g of ["", "1", "1,2", "1,2:3", "1,2:3,x", "1,2:3,Infinity", "1,2:3,4:5,6:7,8", "1e9,0:0,1"]) {
      expect(readState(new URLSearchParams({ g }), usual, known).rows).toEqual(usual.rows)
    }
    for (const scale of ["0:1", "3:1", "1:-1", "1:99", "x"]) {
      expect(readState(new URLSearchParams({ scale }), usual, known).scaling).toBeNull()
    }
  })

  test("moves the scaled row by what it is scaled from, and no row out of reach", () => {
    const scaled = { ...usual, scaling: { row: 1, factor: 0.5 } }
    expect(withTip(scaled, 1, [1, 1]).rows[1]).toEqual([2, 2])
    expect(withTip({ ...usual, scaling: { row: 1, factor: 0 } }, 1, [1, 1]).rows).toEqual(usual.rows)
    expect(withTip(usual, 0, [99, -99]).rows[0]).toEqual([3, -3])
  })

  test("goes into space and back to the same plane", () => {
    const space = withShape(usual, 2, 3)
    expect(space.rows.map((row) => row.length)).toEqual([3, 3])
    expect(withShape(space, 2, 2).rows).toEqual(usual.rows)
  })
})

describe("the state of the trajectories", () => {
  const problem: ProblemChoice = {
    name: "cqf",
    title: "",
    source: "",
    methods: ["upgrad", "mean", "mgda", "cr-mogm(mgda)", "cagrad"],
    usual: 5,
    starts: 3,
    hasPlane: true
  }
  const read = (parameters: URLSearchParams) => trajectories.readState(parameters, [problem])

  test("is read as it was written", () => {
    const usual = read(new URLSearchParams())
    expect(usual.starts).toHaveLength(3)
    const states: readonly trajectories.TrajectoryState[] = [
      usual,
      { ...usual, methods: ["mean", "cr-mogm(mgda)"], starts: [{ kind: "problem", index: 1 }] },
      { ...usual, methods: [], starts: [{ kind: "own", at: [0.25, -1.5] }] }
    ]
    for (const state of states) expect(read(trajectories.writeState(state, problem))).toEqual(state)
  })

  test("has every start where the address names none that there is", () => {
    for (const starts of ["", "0", "4", "x"]) {
      expect(read(new URLSearchParams({ starts })).starts).toHaveLength(3)
    }
    expect(read(new URLSearchParams({ from: "1,x" })).starts).toHaveLength(3)
  })
})

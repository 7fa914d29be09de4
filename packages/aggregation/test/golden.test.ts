import { describe, expect, test } from "bun:test"
import { aggregate, type DualConeOptions, dualproj, linearizeJacobian, mean, sum, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import golden from "../../../golden/aggregators.json" with { type: "json" }
import { relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()

/** TorchJD's normalised Gramian plus 1e-4 I is, up to its scale, the Gramian plus 1e-4 of its trace. */
const paper: DualConeOptions = { ridge: { kind: "trace", epsilon: 1e-4 } }
const exact: DualConeOptions = { ridge: { kind: "none" } }

for (const { name, jacobian, aggregation } of golden.cases) {
  const linearization = linearizeJacobian(jacobian)

  describe(`${name}: golden values of TorchJD and quadprog`, () => {
    for (const [method, aggregator, expected, tolerance] of [
      ["upgrad, trace ridge", upgrad(paper), aggregation["upgrad_trace_1e-4"], 1e-9],
      ["dualproj, trace ridge", dualproj(paper), aggregation["dualproj_trace_1e-4"], 1e-9],
      ["upgrad, no ridge", upgrad(exact), aggregation.upgrad_exact, 1e-7],
      ["dualproj, no ridge", dualproj(exact), aggregation.dualproj_exact, 1e-7],
      ["mean", mean(), aggregation.mean, 1e-14],
      ["sum", sum(), aggregation.sum, 1e-14]
    ] as const) {
      test(method, () => {
        const { direction, certificate } = aggregate(wasm, aggregator, linearization)
        expect(relativeDistance(direction, expected)).toBeLessThan(tolerance)
        if (certificate !== null) expect(certificate.status).toBe("certified")
      })
    }

    for (const [method, make] of [
      ["upgrad", upgrad],
      ["dualproj", dualproj]
    ] as const) {
      for (const [ridge, options] of [
        ["trace ridge", paper],
        ["no ridge", exact]
      ] as const) {
        test(`${method}, ${ridge}: pivoting and Clarabel agree`, () => {
          const pivoting = aggregate(wasm, make(options), linearization)
          const clarabel = aggregate(wasm, make({ ...options, solver: "clarabel" }), linearization)
          expect(relativeDistance(clarabel.direction, pivoting.direction)).toBeLessThan(1e-8)
          if (clarabel.certificate?.kind !== "dual-cone") throw new Error("a projection has its certificate")
          const { trivial, clarabel: solved, total } = clarabel.certificate.rows
          expect(trivial + solved).toBe(total)
        })
      }
    }
  })
}

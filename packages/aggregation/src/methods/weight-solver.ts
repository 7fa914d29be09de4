/**
 * Weightings that solve a program, or equations, other than a projection onto the dual cone: the plan that they share.
 * They are solved in WebAssembly (`crates/cone`), where the residual of each certificate is defined.
 *
 * @module
 */
import { InputError, memoryView, pointerInto, refusing, type Wasm } from "@dualcone/wasm"
import type { IterationCertificate } from "../certificate.ts"
import { oneEachRow, oneOf } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import type { Parameter } from "../method.ts"
import { type State, stateless } from "../state.ts"
import { checkSize, type Weighed, type Weighting } from "../weighting.ts"

/** The module's solver for a fixed number of objectives. */
export type WeightSolver = InstanceType<Wasm["WeightSolver"]>

/** A solver and its buffers, each a view that stays valid when the memory grows. */
export interface OpenSolver extends Disposable {
  readonly solver: WeightSolver
  /** Its own Gramian, m·m. */
  gramian(): Float64Array
  /** m; first 1/m each. */
  preference(): Float64Array
  /** m; first 1 each. */
  state(): Float64Array
  /** m. */
  weights(): Float64Array
  /** Where the module finds a Gramian of m rows: in place, or copied to the solver's own. */
  locate(gramian: Gramian): number
  /** What the last solve reported. */
  certificate(): IterationCertificate
  /** @throws InputError after disposal. */
  use(): void
}

/** Plans a solver for `objectives` rows. */
export function openSolver(wasm: Wasm, objectives: number): OpenSolver {
  const { memory } = wasm
  const solver = refusing(() => new wasm.WeightSolver(objectives))
  const { gramianPointer } = solver
  const buffer = (pointer: number, length: number) => memoryView(memory, Float64Array, pointer, length)
  const gramian = buffer(gramianPointer, objectives * objectives)
  const report = buffer(solver.reportPointer, solver.reportLength)
  let disposed = false
  return {
    solver,
    gramian,
    preference: buffer(solver.preferencePointer, objectives),
    state: buffer(solver.statePointer, objectives),
    weights: buffer(solver.weightsPointer, objectives),
    locate({ values }) {
      const inPlace = pointerInto(memory, values)
      if (inPlace === null) gramian().set(values)
      return inPlace ?? gramianPointer
    },
    certificate() {
      const [converged = 0, residual = 0, iterations = 0] = report()
      return { kind: "iteration", status: converged === 1 ? "certified" : "uncertified", residual, iterations }
    },
    use() {
      if (!disposed) return
      throw new InputError({ rule: "it can be used until then", place: "the weighting", value: "disposed" })
    },
    [Symbol.dispose]() {
      if (!disposed) solver.free()
      disposed = true
    }
  }
}

/**
 * What a row of zeros means to a method whose program has no good answer with one: it is left out of the program, or it
 * ends the descent with weights of 0, as in the code of the methods' authors and in TorchJD.
 */
export type ZeroRows = "skip" | "stop"

/** A choice of {@link ZeroRows}. */
export function parseZeroRows(value: unknown, place: string): ZeroRows {
  return value === undefined ? "skip" : oneOf(value, place, ["skip", "stop"])
}

/** What `--list` says of it. */
export const zeroRowsParameter: Parameter = {
  name: "zeroRows",
  type: "text",
  default: "skip",
  meaning: "skip, or stop: a row of zeros gives weights of 0"
}

/** What a method solves. */
export interface WeightProgram {
  /** One entry a row, checked here; the module's default is 1/m each. */
  readonly preference?: readonly number[] | undefined
  /** The module's state of m numbers, for a method that has one: changed in place by each call. */
  readonly iterate?: Float64Array
  /** Default: `skip`. */
  readonly zeroRows?: ZeroRows
  /** Solves for the Gramian at this byte. */
  solve(solver: WeightSolver, pointer: number): void
}

/** Plans a method that the module solves for `objectives` rows. */
export function planWeightSolver(
  wasm: Wasm,
  { preference, iterate, zeroRows = "skip", solve }: WeightProgram,
  objectives: number
): Weighting {
  if (preference !== undefined) oneEachRow(preference, "the preference", objectives)
  const opened = openSolver(wasm, objectives)
  if (preference !== undefined) opened.preference().set(preference)
  const state: State = iterate === undefined ? stateless : new Map([["iterate", iterate]])
  return {
    objectives,
    state,
    weigh(gramian: Gramian): Weighed {
      opened.use()
      checkSize(gramian, objectives)
      const pointer = opened.locate(gramian)
      if (iterate !== undefined) opened.state().set(iterate)
      refusing(() => solve(opened.solver, pointer))
      if (iterate !== undefined) iterate.set(opened.state())
      if (zeroRows === "stop" && hasZeroRow(gramian)) opened.weights().fill(0)
      return { weights: opened.weights(), certificate: opened.certificate() }
    },
    [Symbol.dispose]: () => opened[Symbol.dispose]()
  }
}

function hasZeroRow({ objectives, values }: Gramian): boolean {
  for (let i = 0; i < objectives; i++) if (values[i * (objectives + 1)] === 0) return true
  return false
}

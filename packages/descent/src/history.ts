/**
 * What a run remembers of its steps, and the figures made from it.
 *
 * @module
 */

/** One entry a completed iteration. */
export interface History {
  /** Mean loss of the batch before the update. */
  readonly losses: Float64Array
  /** Cosine of the direction and the mean gradient. */
  readonly similarities: Float64Array
  /** What the certificate said. */
  readonly statuses: Uint8Array
}

/** Codes of {@link History.statuses}. */
export const statusCodes = [null, "certified", "uncertified"] as const

/** What a certificate said; null where a method solves no program. */
export type Status = (typeof statusCodes)[number]

/** The code of a status. */
export function codeOf(status: Status): number {
  return statusCodes.indexOf(status)
}

/** Epoch means of the losses; the last epoch may be incomplete. */
export function epochMeans(losses: Float64Array, iterationsPerEpoch: number): number[] {
  const means: number[] = []
  for (let start = 0; start < losses.length; start += iterationsPerEpoch) {
    const epoch = losses.subarray(start, start + iterationsPerEpoch)
    let sum = 0
    for (const loss of epoch) sum += loss
    means.push(sum / epoch.length)
  }
  return means
}

/** Sum over epochs of the epoch's mean loss before the updates (arXiv 2406.16232, appendix D.1). */
export function areaUnderLoss(losses: Float64Array, iterationsPerEpoch: number): number {
  let area = 0
  for (const mean of epochMeans(losses, iterationsPerEpoch)) area += mean
  return area
}

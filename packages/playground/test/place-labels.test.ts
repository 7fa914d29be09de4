/** Labels at the tips of arrows: near, whole, and none on top of another. */
import { expect, test } from "bun:test"
import { placeLabels } from "../src/rooms/cone/place-labels.ts"

const HEIGHT = 20
const names = ["UPGrad", "DualProj", "MGDA", "CAGrad", "PCGrad", "Nash-MTL", "Mean"]
const boxesOf = (labels: Parameters<typeof placeLabels>[0]) =>
  placeLabels(labels, 600, 500, []).map(({ left, base, width }) => ({ left, width, top: base - HEIGHT + 5 }))

test("labels of arrows that end at one place stand apart", () => {
  const boxes = boxesOf(names.map((text) => ({ text, x: 300, y: 250, away: [1, -1] })))
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      const isApart = a.left + a.width <= b.left || b.left + b.width <= a.left || Math.abs(a.top - b.top) >= HEIGHT
      expect(isApart).toBe(true)
    }
  })
})

test("a label at the border keeps inside", () => {
  for (const [x, y] of [
    [0, 0],
    [600, 0],
    [600, 500],
    [0, 500]
  ]) {
    const [box] = boxesOf([{ text: "Aligned-MTL", x: x ?? 0, y: y ?? 0, away: [(x ?? 0) - 300, (y ?? 0) - 250] }])
    expect(box?.left).toBeGreaterThanOrEqual(0)
    expect((box?.left ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(600)
    expect(box?.top).toBeGreaterThanOrEqual(0)
    expect((box?.top ?? 0) + HEIGHT).toBeLessThanOrEqual(500)
  }
})

test("a label stands beyond the tip that it names", () => {
  const [right, left] = boxesOf([
    { text: "g1", x: 400, y: 250, away: [100, 0] },
    { text: "g2", x: 200, y: 250, away: [-100, 0] }
  ])
  expect(right?.left).toBeGreaterThan(400)
  expect((left?.left ?? 0) + (left?.width ?? 0)).toBeLessThan(200)
})

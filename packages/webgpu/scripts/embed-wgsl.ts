/**
 * Writes the kernels of `src/kernels/*.wgsl` into `src/kernels.ts`, so that every runtime and bundler loads them as
 * plain strings.
 *
 *   bun packages/webgpu/scripts/embed-wgsl.ts
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

const folder = new URL("../src/kernels/", import.meta.url)
const target = new URL("../src/kernels.ts", import.meta.url)

/** `jacobian-dense.wgsl` is `jacobianDense`. */
const identifier = (file: string): string =>
  file.replace(/\.wgsl$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The text of `src/kernels.ts`. */
export function embedded(): string {
  const kernels = readdirSync(folder)
    .filter((file) => file.endsWith(".wgsl"))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, folder), "utf8")
      const escaped = text.replace(/\\/g, "\\\\").replace(/`/g, "\\`").replace(/\$\{/g, "\\${")
      return `/** \`kernels/${file}\`. */\nexport const ${identifier(file)} = \`${escaped}\`\n`
    })
  return [
    "/**\n * The kernels as strings, written by `scripts/embed-wgsl.ts`. Edit `kernels/*.wgsl` instead.\n *\n * @module\n */\n",
    ...kernels
  ].join("\n")
}

if (import.meta.main) writeFileSync(target, embedded())

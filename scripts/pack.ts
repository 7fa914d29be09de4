/**
 * Packs every public package of the workspace as it is published, into `.stage/*.tgz`.
 *
 *   bun scripts/pack.ts
 *
 * In the workspace packages export their TypeScript sources; published ones export `dist`. Neither npm nor Bun applies
 * `publishConfig.exports` and `publishConfig.bin`, so each package is staged: compiled, its manifest rewritten, its
 * other files copied, and then packed by npm.
 *
 * @module
 */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { root } from "./source-hash.ts"

const stage = join(root, ".stage")

type Fields = Readonly<Record<string, unknown>>

interface Package {
  /** The folder's name below `packages`. */
  readonly folder: string
  readonly manifest: Fields & { readonly name: string; readonly version: string; readonly files: readonly string[] }
}

/** The public packages, sorted by folder. */
function publicPackages(): readonly Package[] {
  return readdirSync(join(root, "packages"))
    .sort()
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map((folder): Package => {
      const manifest: Package["manifest"] = JSON.parse(
        readFileSync(join(root, "packages", folder, "package.json"), "utf8")
      )
      return { folder, manifest }
    })
    .filter(({ manifest }) => manifest.private !== true)
}

/** Compiles all packages at once, so that they see each other's sources; returns where the output lies. */
function compile(packages: readonly Package[]): string {
  const project = join(stage, "tsconfig.json")
  const output = join(stage, "compiled")
  const compilerOptions = {
    ...{ noEmit: false, rootDir: "../packages", outDir: "compiled" },
    ...{ rewriteRelativeImportExtensions: true, declaration: true, declarationMap: true, sourceMap: true }
  }
  const include = packages.map(({ folder }) => `../packages/${folder}/src`)
  writeFileSync(project, JSON.stringify({ extends: "../tsconfig.json", compilerOptions, include, exclude: [] }))
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", project], { stdio: ["ignore", 2, 2] })
  return output
}

/** The manifest as it is published: `publishConfig` applied, versions instead of `workspace:*`, nothing of development. */
function publishedManifest({ manifest }: Package, versions: ReadonlyMap<string, string>): Fields {
  const { publishConfig, devDependencies: _, scripts: __, ...kept } = manifest
  const { access, ...applied }: { readonly access?: string } = Object(publishConfig)
  const dependencies = Object.entries<string>(Object(manifest.dependencies)).map(([name, range]) => {
    if (!range.startsWith("workspace:")) return [name, range]
    const version = versions.get(name)
    if (version === undefined) throw new Error(`${manifest.name} depends on ${name}, which is not a public package`)
    return [name, version]
  })
  return { ...kept, ...applied, dependencies: Object.fromEntries(dependencies), publishConfig: { access } }
}

/** Lays a package out as it is published. */
function layOut(source: Package, compiled: string, versions: ReadonlyMap<string, string>): string {
  const { folder, manifest } = source
  const from = join(root, "packages", folder)
  const to = join(stage, folder)
  mkdirSync(to)
  for (const entry of manifest.files) {
    if (entry !== "dist") cpSync(join(from, entry), join(to, entry), { recursive: true })
  }
  cpSync(join(compiled, folder, "src"), join(to, "dist"), { recursive: true })
  pointMapsAtSources(join(to, "dist"))
  cpSync(join(root, "LICENSE"), join(to, "LICENSE"))
  const readme = [join(from, "README.md"), join(root, "README.md")].find((file) => existsSync(file))
  if (readme !== undefined) cpSync(readme, join(to, "README.md"))
  writeFileSync(join(to, "package.json"), `${JSON.stringify(publishedManifest(source, versions), null, 2)}\n`)
  checkTargets(to)
  checkImports(join(to, "dist"))
  return to
}

/** Source maps of a package lead to the `src` that it ships. */
function pointMapsAtSources(dist: string): void {
  for (const file of filesBelow(dist)) {
    if (!file.endsWith(".map")) continue
    const map: Fields = JSON.parse(readFileSync(file, "utf8"))
    const source = file.replace(/(?:\.d\.ts|\.js)\.map$/, ".ts").replace(dist, join(dirname(dist), "src"))
    writeFileSync(file, JSON.stringify({ ...map, sources: [relative(dirname(file), source)] }))
  }
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** Every file that the manifest points at must be there. */
function checkTargets(folder: string): void {
  const { exports, bin }: Fields = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const targets = (value: unknown): readonly string[] => {
    if (typeof value === "string") return [value]
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(targets) : []
  }
  for (const target of targets([exports, bin])) {
    const wrong = !target.startsWith("./dist/") || !existsSync(join(folder, target))
    if (wrong) throw new Error(`${relative(root, folder)} publishes ${target}; it must be a file of its dist`)
  }
}

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]*)"/g

/** Relative imports of compiled files must lead to files of the same package. */
function checkImports(dist: string): void {
  for (const file of filesBelow(dist)) {
    const declaration = file.endsWith(".d.ts")
    if (!declaration && !file.endsWith(".js")) continue
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(SPECIFIER)) {
      const target = join(dirname(file), declaration ? specifier.replace(/\.[jt]s$/, ".d.ts") : specifier)
      if (target.startsWith(dirname(dist)) && existsSync(target)) continue
      throw new Error(`${relative(root, file)} imports ${specifier}; there is no such file in the package`)
    }
  }
}

/** Packs all public packages; the paths of their tarballs. */
export function pack(): readonly string[] {
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage)
  const packages = publicPackages()
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]))
  const compiled = compile(packages)
  return packages.map((source) => {
    const folder = layOut(source, compiled, versions)
    const options = ["--silent", "--ignore-scripts", "--pack-destination", stage]
    const name = execFileSync("npm", ["pack", ...options], { cwd: folder, encoding: "utf8" }).trim()
    return join(stage, name)
  })
}

if (import.meta.main) {
  for (const tarball of pack()) console.log(relative(root, tarball))
}

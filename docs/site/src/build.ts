/**
 * Builds the site: a page for everything that the packages export, out of their sources, and the pages beside.
 *
 * TypeDoc reads the sources by the compiler API of TypeScript 6, which version 7 no longer has.
 *
 * @module
 */
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Application, Converter, type Reflection, ReflectionKind } from "typedoc"
import { writeDocuments } from "./documents.ts"
import { publicEntries, root } from "./entries.ts"

const site = join(import.meta.dirname, "..")

/** Where the site is built. */
export const siteFolder = join(site, "dist")

/** Builds the site into `folder`. @throws where TypeDoc finds an error, such as a link that leads nowhere. */
export async function buildSite(folder: string, outputOf: (example: string) => string): Promise<void> {
  const stage = join(site, ".stage")
  rmSync(stage, { recursive: true, force: true })
  const { start, others } = writeDocuments(stage, outputOf)
  const entries = publicEntries()
  const application = await Application.bootstrap({
    name: "Dualcone",
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(site, "tsconfig.json"),
    basePath: root,
    readme: start,
    projectDocuments: [...others],
    customCss: join(site, "style.css"),
    out: folder,
    cleanOutputDir: true,
    disableSources: true,
    hideGenerator: true,
    includeVersion: false,
    includeHierarchySummary: false,
    githubPages: false,
    skipErrorChecking: true, // `bun run check` does it, with the compiler of the project
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: false,
    sort: ["documents-first", "alphabetical-ignoring-documents"],
    sortEntryPoints: false,
    navigationLinks: {},
    navigation: { includeCategories: false, includeGroups: false, includeFolders: false },
    categorizeByGroup: false,
    validation: { invalidLink: true, invalidPath: true, notExported: false, notDocumented: false },
    logLevel: "Warn"
  })
  const names = new Map(entries.map(({ file, name }) => [file, name]))
  application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const file = reflection.parent === context.project ? context.getSymbolFromReflection(reflection) : undefined
    const name = names.get(file?.valueDeclaration?.getSourceFile().fileName ?? "")
    if (name !== undefined) reflection.name = name
  })
  const project = await application.convert()
  if (project === undefined) throw new Error("TypeDoc could not read the packages; see above")
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    if (parameter.name === "__namedParameters") parameter.name = "options" // they are taken apart in the list
  }
  for (const list of [project.children, project.childrenIncludingDocuments]) {
    list?.sort((a, b) => position(a) - position(b))
  }
  await application.generateDocs(project, folder)
  if (application.logger.hasErrors()) throw new Error("the site has errors; see above")
  writeFileSync(join(folder, ".nojekyll"), "")
  rmSync(stage, { recursive: true })
}

/** In the navigation: the pages beside, what users install, all other packages. */
function position(reflection: Reflection): number {
  if (reflection.isDocument()) return 0
  return reflection.name.startsWith("dualcone") ? 1 : 2
}

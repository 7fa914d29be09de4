/**
 * Markdown that is taken over from elsewhere in the repository.
 *
 * @module
 */
import { join, relative } from "node:path"

/** The part of a text below a heading, down to the next one of its depth. @throws where there is no such heading. */
export function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`)
  if (start < 0) throw new Error(`there is no heading ${heading}`)
  const body = text.slice(start + heading.length + 2)
  const depth = heading.indexOf(" ")
  const end = body.search(new RegExp(`^#{1,${depth}} `, "m"))
  return (end < 0 ? body : body.slice(0, end)).trim()
}

/**
 * A text of the folder `from`, to stand in the folder `to`: pictures are found again, links lead to the pages that stand
 * for their target, and links that have none become plain text.
 */
export function moved(text: string, from: string, to: string, pages: ReadonlyMap<string, string> = new Map()): string {
  return text
    .replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, (_, alt: string, target: string) => {
      return `![${alt}](${relative(to, join(from, target))})`
    })
    .replace(/(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g, (link, shown: string, target: string) => {
      if (/^https?:/.test(target)) return link
      const page = pages.get(target)
      return page === undefined ? shown : `[${shown}](${page})`
    })
}

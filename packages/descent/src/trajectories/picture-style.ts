/**
 * Type, colours and line styles of pictures of paths, on a light and a dark ground.
 *
 * @module
 */
import { type Ink, inks, lineStyle } from "../palette.ts"
import { fieldStyle } from "./conflict-field.ts"

interface PathInk extends Ink {
  readonly plain: string
  readonly grid: string
  readonly zero: string
}

const pathInks: Readonly<Record<"light" | "dark", PathInk>> = {
  light: { ...inks.light, plain: "#fafafa", grid: "rgba(0,0,0,.07)", zero: "rgba(0,0,0,.22)" },
  dark: { ...inks.dark, plain: "#151a20", grid: "rgba(255,255,255,.07)", zero: "rgba(255,255,255,.25)" }
}

/** The rules of a picture with this id, for these methods. */
export function pictureStyle(id: string, methods: readonly { readonly method: string }[]): string {
  const colours = (ground: "light" | "dark") => {
    const ink = pathInks[ground]
    const of = methods.map(({ method }, i) => {
      const colour = lineStyle(method)[ground]
      return `#${id} .c${i}{stroke:${colour}}#${id} .f${i},#${id} .t${i}{fill:${colour}}`
    })
    return [
      `#${id} .ground,#${id} .start{fill:${ink.ground}}#${id} .plain{fill:${ink.plain}}#${id} text{fill:${ink.text}}`,
      `#${id} .title,#${id} .plain-end{fill:${ink.title}}#${id} .set,#${id} .start{stroke:${ink.title}}`,
      `#${id} .frame{stroke:${ink.axis}}#${id} .grid{stroke:${ink.grid}}#${id} .zero{stroke:${ink.zero}}`,
      `#${id} .end{stroke:${ink.ground}}`,
      ...of,
      fieldStyle(ground, id)
    ].join("")
  }
  return `#${id} text{font-family:system-ui,sans-serif;font-size:16px;font-variant-numeric:tabular-nums}
#${id} .title{font-size:22px;font-weight:600}#${id} .label{font-weight:600}
#${id} .frame,#${id} .run,#${id} .set{fill:none}#${id} .run{stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
#${id} .dashed{stroke-dasharray:7 4.5;stroke-linecap:butt}#${id} .set{stroke-width:5;stroke-linecap:round;stroke-linejoin:round}
#${id} circle.set{stroke-width:3}#${id} .start{stroke-width:2}#${id} .end{stroke-width:1.25}
#${id} .runs:hover .run{opacity:.2}#${id} .runs .run:hover{opacity:1}
${colours("light")}
@media(prefers-color-scheme:dark){${colours("dark")}}`
}

/** Text that is safe between tags and in attributes. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
}

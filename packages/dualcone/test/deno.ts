/** Where Deno is. */

const local = new URL("../../../node_modules/.bin/deno", import.meta.url).pathname

/**
 * The command of Deno that works here: the one on the path, or that of the workspace. Without one `undefined`, and a
 * loud word about what was not compared; an error where CI must have it.
 */
export async function denoCommand(compared: string): Promise<string | undefined> {
  for (const command of ["deno", local]) if (await worksHere(command)) return command
  if (process.env.CI === "true") throw new Error("Deno is not installed, and CI must run it")
  console.warn(`SKIPPED: Deno is not installed, so ${compared} not compared with Bun's`)
  return undefined
}

async function worksHere(command: string): Promise<boolean> {
  try {
    return (await Bun.spawn([command, "--version"], { stdout: "ignore", stderr: "ignore" }).exited) === 0
  } catch {
    return false
  }
}

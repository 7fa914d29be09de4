/** The part of cli-progress 3.12 that is used here; the package brings no types. */
declare module "cli-progress" {
  export class SingleBar {
    constructor(options: {
      readonly format: string
      readonly stream: NodeJS.WritableStream
      readonly fps: number
      readonly barsize: number
    })
    start(total: number, value: number, shown: Readonly<Record<string, string>>): void
    update(value: number, shown: Readonly<Record<string, string>>): void
    stop(): void
  }
}

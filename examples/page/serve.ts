/**
 * Bundles the page and serves it on this machine: `bun examples/page/serve.ts`, then open the address that it prints.
 *
 * @module
 */
import page from "./index.html"

// Installed packages have them in node_modules/@dualcone/wasm/module and node_modules/@dualcone/datasets/digits.
const file = (path: string) => Bun.file(new URL(`../../packages/${path}`, import.meta.url))

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  development: false,
  routes: {
    "/": page,
    "/dualcone_bg.wasm": new Response(file("wasm/module/dualcone_bg.wasm")),
    "/digits.bin": new Response(file("datasets/digits/digits.bin"))
  }
})
console.log(`http://localhost:${server.port}/`)

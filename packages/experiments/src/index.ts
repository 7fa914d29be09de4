export * from "./protocol/index.ts"
export * from "./sweep/index.ts"

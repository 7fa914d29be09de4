export * from "./protocol/index.ts"
export * from "./store/index.ts"
export * from "./sweep/index.ts"
export * from "./workers/index.ts"

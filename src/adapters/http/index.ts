/**
 * Local control over HTTP.
 */

export type { SearchResult } from './answers.ts'
export { type ApiAccess, readApiFile, removeApiFile, writeApiFile } from './api-file.ts'
export { type ApiOptions, buildApi } from './app.ts'
export { type ErrorBody, type ErrorCode, STATUS_BY_CODE } from './errors.ts'
export { newToken } from './guard.ts'
export { type ApiServer, type ApiServerOptions, startApi } from './server.ts'

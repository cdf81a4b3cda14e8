/** The encrypter of the host. */
export { type DirectTlsOptions, directTls } from './direct-tls.ts'

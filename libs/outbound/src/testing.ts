export { startServer, type TestServer } from './testing-server.ts'

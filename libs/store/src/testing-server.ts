import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openOwnerDatabase } from './database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { ensureLogins, type ServiceLogin } from './logins.ts'
import { migrate } from './migrate.ts'
import { migrationsDirectory, readMigrations } from './migration-files.ts'
import { serviceNames } from './services.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers a GET with a `TestServer` as JSON; the first request starts that server. */
    testServerBroker: string
  }
}

/** The server and template from which a test file clones its database. */
export interface TestServer {
  readonly maintenanceUrl: string
  readonly template: string
  /** Has the rights of all services. */
  readonly login: ServiceLogin
}

/**
 * vitest's global set-up: one server and one migrated template database for a whole run. Both are made when the first test needs them, so a
 * run without a database costs nothing. With `DATABASE_URL` in the environment, the test databases are on that server.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const servers = new TestServers()
  const path = `/${randomBytes(16).toString('hex')}`
  const broker = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end()
      return
    }
    servers.current().then(
      (server) => response.end(JSON.stringify(server)),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((listening) => broker.listen(0, '127.0.0.1', listening))
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('The broker of the test server has no port')
  project.provide('testServerBroker', `http://127.0.0.1:${address.port}${path}`)
  return async () => {
    broker.close()
    await servers.stop()
  }
}

class TestServers {
  readonly #run = randomBytes(4).toString('hex')
  readonly #login: ServiceLogin = {
    name: `assay_test_${this.#run}`,
    password: randomBytes(12).toString('hex'),
    services: serviceNames,
  }
  readonly #templates = new Map<string, Promise<string>>()
  #server: Promise<EmbeddedPostgres> | undefined

  /** The template depends on the migrations: in watch mode, an edit of one gives a new template. */
  async current(): Promise<TestServer> {
    this.#server ??= startServer()
    const { url } = await this.#server
    const migrations = await readMigrations(migrationsDirectory)
    const state = createHash('sha256')
      .update(migrations.map((migration) => migration.checksum).join())
      .digest('hex')
    const name = `assay_template_${this.#run}_${state.slice(0, 8)}`
    const template = this.#templates.get(name) ?? makeTemplate(url, name, this.#login)
    this.#templates.set(name, template)
    return { maintenanceUrl: url, template: await template, login: this.#login }
  }

  async stop(): Promise<void> {
    if (this.#server === undefined) return
    const { url, stop } = await this.#server
    if (process.env.DATABASE_URL !== undefined) {
      const maintenance = openOwnerDatabase({ url, applicationName: 'assay-test', maxConnections: 1 })
      const { sql } = maintenance
      for (const name of this.#templates.keys()) await sql`drop database if exists ${sql(name)} with (force)`
      await sql`drop role if exists ${sql(this.#login.name)}`
      await maintenance.close()
    }
    await stop()
  }
}

async function startServer(): Promise<EmbeddedPostgres> {
  const { DATABASE_URL } = process.env
  if (DATABASE_URL !== undefined) return { url: DATABASE_URL, stop: async () => {} }
  const directory = await mkdtemp(join(tmpdir(), 'assay-test-'))
  const server = await startEmbeddedPostgres({ directory, throwaway: true })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await rm(directory, { recursive: true })
    },
  }
}

async function makeTemplate(url: string, name: string, login: ServiceLogin): Promise<string> {
  const maintenance = openOwnerDatabase({ url, applicationName: 'assay-test', maxConnections: 1 })
  try {
    await maintenance.sql`create database ${maintenance.sql(name)} encoding 'UTF8' template template0`
    await migrate(databaseUrl(url, name))
    await ensureLogins(maintenance.sql, [login])
  } finally {
    await maintenance.close()
  }
  return name
}

/** The same server and user, another database. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

import { createInternalTokens } from '@assay/auth'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { internalAccess } from '@assay/dialects'
import { createCallGate, createLogger, principalOf, startServer } from '@assay/server'
import { parseConfig } from '../../../apps/gateway/src/config.ts'
import { startGateway } from '../../../apps/gateway/src/server.ts'
import { serveParent } from './bench-process.ts'

// The gateway as it is, or a service behind it that answers at once; configured by the environment like the real ones:
//   node gateway-process.ts gateway|backend
const [kind] = process.argv.slice(2)
const logger = createLogger(kind!)

serveParent(kind === 'gateway' ? await gatewayPort() : await backendPort())

async function gatewayPort(): Promise<number> {
  const { url } = await startGateway(parseConfig(process.env), logger)
  return Number(new URL(url).port)
}

async function backendPort(): Promise<number> {
  const tokens = createInternalTokens(Buffer.from(process.env.ASSAY_INTERNAL_SECRET ?? '', 'hex'))
  const { port } = await startServer({
    name: 'backend',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: createLogger('backend', 'warn'),
    gate: createCallGate({ verify: (token) => tokens.verify(token, 'mining'), accessOf: internalAccess }),
    routes: (router) => {
      router.service(RoleMiningManagementService, {
        getSuggestion: ({ id }, context) => ({
          suggestion: { id, displayName: `Readers of ${principalOf(context).tenant}`, identityCount: 42 },
        }),
      })
    },
  })
  return port
}

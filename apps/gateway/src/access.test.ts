import { MiningService } from '@assay/contracts'
import { isOpenPath, publicAccess } from '@assay/dialects'
import { createCallGate, createLogger, startServer } from '@assay/server'
import { expect, test } from 'vitest'
import { plainRoutes } from './server.ts'

const verify = () => Promise.reject(new Error('no caller is expected'))

test('the public port does not start with a call that only our own processes may make', async () => {
  const starting = startServer({
    name: 'gateway',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'silent'),
    readiness: {},
    gate: createCallGate({ verify, accessOf: publicAccess }),
    routes: (router) => router.service(MiningService, {}),
  })
  await expect(starting).rejects.toThrow('assay.mining.v1.MiningService.DescribeSnapshot has no entry')
})

test('the gateway does not start with a path that asks for no token unless the table of access says so', () => {
  const handler = () => {}
  expect(() => plainRoutes({ '/auth/v1/token': handler, '/docs/start.js': handler }, handler, isOpenPath)).not.toThrow()
  expect(() => plainRoutes({ '/metrics': handler }, handler, isOpenPath)).toThrow('/metrics asks for no token')
})

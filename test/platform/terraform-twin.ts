import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { expect } from 'vitest'
import type { Answer } from '../c1/http.ts'

// The calls that ConductorOne's Terraform provider 1.5.0 makes for each of its resources, and its comparisons. It accepts only 200; for
// reads and deletions also 404, which says that the object is gone. When a busy server sends a time to try again, it tries again.

/** Makes a call, `POST /catalogs`, with a body of JSON or none. */
export type Call = (call: string, body?: JsonValue) => Promise<Answer>

interface Resource {
  /** Each makes one call. */
  create(): Promise<void>
  /** The differences between the configuration and the state after a refresh; `gone` when the object does not exist. */
  plan(): Promise<readonly string[]>
  update(): Promise<void>
  destroy(): Promise<void>
}

const path = (id: string) => `/catalogs/${id}`
const refs = (...ids: string[]) => ids.map((id) => ({ appId: 'a1', id }))

/**
 * The cases of the contract, each from the first apply to the deletion.
 * @param importWithout imports everything but one entitlement, which no case after that may name
 */
export function appliedResources(call: () => Call, importWithout: (entitlementId: string) => Promise<void>) {
  const send = async (
    text: string,
    body: JsonValue | undefined,
    isGoneFine: boolean,
  ): Promise<JsonObject | undefined> => {
    let answer = await call()(text, body)
    for (let tries = 0; answer.status === 503 && tries < 60; tries++) {
      await sleep(Number(answer.headers.get('retry-after')) * 1000)
      answer = await call()(text, body)
    }
    expect(isGoneFine ? [200, 404] : [200], `${text} ${answer.text}`).toContain(answer.status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    return answer.status === 200 ? answer.json : undefined
  }
  const change = (text: string, body?: JsonValue) => send(text, body, false)
  const read = (text: string) => send(text, undefined, true)
  const remove = (text: string, body?: JsonValue) => send(text, body, true)

  const catalogIn = (answer: JsonObject | undefined) =>
    (answer?.requestCatalogView as JsonObject | undefined)?.requestCatalog as JsonObject | undefined

  /** A resource whose configuration can change; `state` is from the last refresh or response. */
  function profile(config: JsonObject) {
    let state: JsonObject = {}
    const id = () => String(state.id)
    const keep = (answer: JsonObject | undefined) => {
      state = { ...catalogIn(answer) }
      // The provider fails on unknown values.
      expect(state.id).toMatch(/./)
    }
    return {
      id,
      config,
      adopt: (known: string) => {
        state = { id: known }
      },
      create: async () => keep(await change('POST /catalogs', config)),
      async plan() {
        const found = catalogIn(await read(`GET ${path(id())}`))
        if (found === undefined || found.deletedAt != null) return ['gone']
        state = { ...found }
        return differing(config, found)
      },
      // The whole object, with values of the state for the rest, and no mask.
      update: async () => {
        const { createdAt: _, updatedAt: __, accessEntitlements: ___, type: ____, ...known } = state
        keep(await change(`POST ${path(id())}`, { catalog: { ...known, ...config } }))
      },
      destroy: async () => {
        await remove(`DELETE ${path(id())}`)
      },
    }
  }

  function entries(catalogId: () => string, config: { ids: string[] }): Resource {
    const base = () => `${path(catalogId())}/requestable_entries`
    return {
      create: async () => void (await change(`POST ${base()}`, { appEntitlements: refs(...config.ids) })),
      async plan() {
        const answer = await read(`GET ${path(catalogId())}/requestable_entitlementIDs`)
        return answer === undefined ? ['gone'] : differing({ refs: refs(...config.ids) }, answer)
      },
      update: async () => {
        const update = `POST ${path(catalogId())}/requestable_entitlements/update`
        await change(update, { appEntitlements: refs(...config.ids) })
      },
      destroy: async () => void (await remove(`DELETE ${base()}`, { appEntitlements: refs(...config.ids) })),
    }
  }

  function automation(catalogId: () => string, config: JsonObject) {
    let state: JsonObject = {}
    const base = () => `${path(catalogId())}/bundle_automation`
    const keep = (answer: JsonObject | undefined) => {
      state = { ...state, ...answer }
      expect(state.requestCatalogId).toBe(catalogId())
    }
    const sent = (): JsonObject => {
      const { cel, entitlements, createTasks, enabled } = state
      const { disableCircuitBreaker, enforceOnSmallProfiles, removedMembersThresholdPercent } = state
      const known = { cel, entitlements, createTasks, enabled, disableCircuitBreaker, enforceOnSmallProfiles }
      return JSON.parse(JSON.stringify({ ...known, removedMembersThresholdPercent, ...config }))
    }
    return {
      config,
      create: async () => keep(await change(`POST ${base()}/create`, config)),
      async plan() {
        const answer = await read(`GET ${base()}`)
        if (answer === undefined || answer.deletedAt != null) return ['gone']
        state = answer
        expect(typeof answer.removedMembersThresholdPercent).toBe('string')
        return differing(config, answer)
      },
      // All values of the state beside the configured ones; after a switch these are both conditions.
      update: async () => keep(await change(`POST ${base()}`, sent())),
      destroy: async () => void (await remove(`DELETE ${base()}`)),
    }
  }

  /** The resource for the membership of a profile: sent as a whole without a mask, never deleted. */
  function enrolment(appId: string, catalogId: () => string, config: JsonObject) {
    let state: JsonObject = {}
    const base = () => `/apps/${appId}/entitlements/${catalogId()}`
    const keep = (answer: JsonObject | undefined) => {
      const view = answer?.appEntitlementView as JsonObject | undefined
      state = { ...(view?.appEntitlement as JsonObject | undefined) }
      expect([state.appId, state.id]).toEqual([appId, catalogId()])
    }
    const set = async () => {
      const { displayName, slug, alias, description, durationGrant, durationUnset } = state
      const known = { displayName, slug, alias, description, durationGrant, durationUnset }
      const entitlement = JSON.parse(JSON.stringify({ ...known, appId, ...config }))
      keep(await change(`POST ${base()}`, { entitlement }))
    }
    return {
      config,
      create: set,
      async plan() {
        keep(await change(`GET ${base()}`))
        return differing(config, state)
      },
      update: set,
    }
  }

  /** The match that a data source uses, which is the first; no match is an error. */
  async function looked(search: string, body: JsonObject): Promise<JsonObject> {
    const answer = await change(`POST /search/${search}`, body)
    const [first] = (answer?.list ?? []) as JsonObject[]
    expect(first, `${search} ${JSON.stringify(body)}`).toBeDefined()
    return first!
  }

  async function settles(...resources: readonly Pick<Resource, 'plan'>[]): Promise<void> {
    for (const resource of resources) expect(await resource.plan()).toEqual([])
  }

  const least = { displayName: 'Engineers' }
  const all = {
    annotations: { managed_by: 'terraform', iac_workspace: 'main' },
    description: 'mined',
    displayName: 'Engineers',
    enrollmentBehavior: 'REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_BYPASS_ENTITLEMENT_REQUEST_POLICY',
    published: true,
    requestBundle: true,
    unenrollmentBehavior: 'REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_LEAVE_ACCESS_AS_IS',
    unenrollmentEntitlementBehavior: 'REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_BYPASS',
    visibleToEveryone: true,
  }
  const byRule = { cel: { expression: 'subject.department == "Eng"' }, createTasks: false, enabled: true }
  const byHolders = {
    createTasks: false,
    enabled: true,
    entitlements: { entitlementRefs: refs('e2', 'e1') },
  }

  const cases: [string, () => Promise<void>][] = [
    [
      'T1 the least profile',
      async () => {
        const one = profile({ ...least })
        await one.create()
        await settles(one)
        one.config.description = ''
        await one.update()
        await settles(one)
        await one.destroy()
        expect(await one.plan()).toEqual(['gone'])
      },
    ],
    [
      'T2 a profile with all members, and notes that go again',
      async () => {
        const one = profile({ ...all })
        await one.create()
        await settles(one)
        Object.assign(one.config, {
          published: false,
          visibleToEveryone: false,
          annotations: { managed_by: 'terraform' },
        })
        await one.update()
        await settles(one)
        await one.destroy()
        await one.destroy()
      },
    ],
    [
      'T3 and T4 entries out of the order of their names, then as a set gives them, then none',
      async () => {
        const one = profile({ ...least })
        await one.create()
        const config = { ids: ['e2', 'e3', 'e1'] }
        const list = entries(one.id, config)
        await list.create()
        await settles(one, list)
        for (const ids of [['e1', 'e2', 'e3'], ['e3', 'n1'], []]) {
          config.ids = ids
          await list.update()
          await settles(one, list)
        }
        await list.destroy()
        await one.destroy()
      },
    ],
    [
      'T5 an automation by a rule, then by holders, then off, then by a rule again',
      async () => {
        const one = profile({ ...least })
        await one.create()
        const rule = automation(one.id, { ...byRule })
        await rule.create()
        await settles(one, rule)
        const steps: JsonObject[] = [byHolders, { ...byHolders, enabled: false }, byRule, { enabled: false }]
        for (const step of steps) {
          for (const name of Object.keys(rule.config)) delete rule.config[name]
          Object.assign(rule.config, step)
          await rule.update()
          await settles(one, rule)
        }
        await rule.destroy()
        expect(await rule.plan()).toEqual(['gone'])
        await one.destroy()
      },
    ],
    [
      'T6 single entries, ten at once',
      async () => {
        const one = profile({ ...least })
        await one.create()
        const ten = Array.from({ length: 10 }, (_, place) => `${path(one.id())}/requestable_entries/a1/n${place}`)
        await Promise.all(ten.map((entry) => change(`PUT ${entry}`, {})))
        const answer = await read(`GET ${path(one.id())}/requestable_entitlementIDs`)
        expect(answer?.refs).toHaveLength(10)
        await Promise.all(ten.map((entry) => remove(`DELETE ${entry}`, {})))
        await one.destroy()
        await Promise.all(ten.map((entry) => remove(`DELETE ${entry}`, {})))
      },
    ],
    [
      'T7 bindings, and what is left of them to destroy',
      async () => {
        const one = profile({ ...least, published: true })
        await one.create()
        const bindings = `${path(one.id())}/visibility_bindings`
        const body = { accessEntitlements: refs('e1') }
        await change(`POST ${bindings}`, body)
        await settles(one)
        for (let time = 0; time < 2; time++) await remove(`DELETE ${bindings}`, body)
        await one.destroy()
        await remove(`DELETE ${bindings}`, body)
      },
    ],
    [
      'T8 the import of a mined profile with entries and an automation',
      async () => {
        const rest = call()
        const made = await rest('POST /role-mining/access-profiles', {
          displayName: 'Mined',
          profileFilters: [{ attribute: 'department', values: ['Eng'] }],
          entitlements: [
            { appId: 'a1', entitlementId: 'e2' },
            { appId: 'a1', entitlementId: 'e1' },
          ],
          enableAutomation: true,
        })
        const id = String(made.json.accessProfileId)
        const one = profile({ displayName: 'Mined' })
        one.adopt(id)
        const list = entries(one.id, { ids: ['e2', 'e1'] })
        const rule = automation(one.id, { cel: { expression: String(made.json.celExpression) }, enabled: true })
        await settles(one, list, rule)
        Object.assign(one.config, { published: true })
        await one.update()
        await settles(one, list, rule)
        for (const resource of [rule, list, one]) await resource.destroy()
      },
    ],
    [
      'T9 a profile that somebody deletes between two plans',
      async () => {
        const one = profile({ ...least })
        await one.create()
        const list = entries(one.id, { ids: ['e2', 'e1'] })
        const rule = automation(one.id, { ...byRule })
        await list.create()
        await rule.create()
        await one.destroy()
        for (const resource of [rule, list, one]) {
          expect(await resource.plan()).toEqual(['gone'])
          await resource.destroy()
        }
        await one.create()
        await list.create()
        await rule.create()
        await settles(one, list, rule)
        await rule.destroy()
        await list.destroy()
        await one.destroy()
      },
    ],
    [
      'T12 the recipe of five resources',
      async () => {
        const app = await looked('apps', { displayName: 'ConductorOne' })
        const policy = await looked('policies', { displayName: 'Auto approve' })
        const one = profile({ ...least, published: true })
        await one.create()
        const list = entries(one.id, { ids: ['e3', 'e1'] })
        const rule = automation(one.id, { ...byHolders })
        const own = enrolment(String(app.id), one.id, { grantPolicyId: String(policy.id), durationGrant: '3600s' })
        const bindings = `${path(one.id())}/visibility_bindings`
        const body = { accessEntitlements: refs('e2') }
        await Promise.all([list.create(), rule.create(), own.create(), change(`POST ${bindings}`, body)])
        await settles(one, list, rule, own)
        delete own.config.durationGrant
        Object.assign(own.config, { durationUnset: {} })
        await own.update()
        await settles(one, list, rule, own)
        await remove(`DELETE ${bindings}`, body)
        for (const resource of [list, rule, one]) await resource.destroy()
        expect(await one.plan()).toEqual(['gone'])
      },
    ],
    [
      'T10 an entitlement that an import removes between apply and destroy',
      async () => {
        const one = profile({ ...least, published: true })
        await one.create()
        const config = { ids: ['n9', 'e1'] }
        const list = entries(one.id, config)
        const rule = automation(one.id, { enabled: true, entitlements: { entitlementRefs: refs('e2', 'n9') } })
        const bindings = `${path(one.id())}/visibility_bindings`
        const body = { accessEntitlements: refs('n9') }
        await Promise.all([list.create(), rule.create(), change(`POST ${bindings}`, body)])
        await importWithout('n9')
        await settles(one, list, rule)
        config.ids = ['e2', 'n9']
        rule.config.enabled = false
        await Promise.all([list.update(), rule.update()])
        await settles(one, list, rule)
        await remove(`DELETE ${bindings}`, body)
        for (const resource of [list, rule, one]) await resource.destroy()
        expect(await one.plan()).toEqual(['gone'])
      },
    ],
  ]
  return { cases }
}

/** The configured members with another value; the order of lists counts. */
function differing(config: JsonObject, found: JsonObject): string[] {
  return Object.keys(config).filter((name) => canonical(config[name]) !== canonical(found[name]))
}

function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

import { RoleMiningService } from '@assay/contracts'
import { http } from '@assay/contracts/google/api/annotations_pb'
import { getOption, type JsonValue } from '@bufbuild/protobuf'
import { observeCall, observeMessage } from '../compatibility/observe.ts'

interface Route {
  readonly verb: string
  readonly path: RegExp
  readonly method: (typeof RoleMiningService.methods)[number]
  readonly body: string
  readonly responseBody: string
}

/** Every path of every call, those with the fewest variables first; the first match counts. */
const routes: readonly Route[] = RoleMiningService.methods
  .flatMap((method) => {
    const rule = getOption(method, http)
    return [rule, ...rule.additionalBindings].map(({ pattern, body, responseBody }) => ({
      verb: (pattern.case ?? '').toUpperCase(),
      path: new RegExp(`^${String(pattern.value).replaceAll(/\{[^}]*\}/g, '[^/]+')}$`),
      variables: String(pattern.value).split('{').length,
      method,
      body,
      responseBody,
    }))
  })
  .toSorted((a, b) => a.variables - b.variables)

/** Records the items of the contract in a request and its response, both as JSON. */
export function observeExchange(
  verb: string,
  path: string,
  request: unknown,
  answer: unknown,
  isSuccess: boolean,
): void {
  const [plain = ''] = path.split('?')
  const route = routes.find((each) => each.verb === verb && each.path.test(plain))
  if (route === undefined || !isSuccess) return
  const { method, body, responseBody } = route
  observeCall(method.name)
  const query = Object.fromEntries(new URLSearchParams(path.slice(plain.length)))
  const variables = Object.fromEntries(
    method.input.fields.filter(({ name }) => /_id$/.test(name)).map(({ jsonName }) => [jsonName, 'x']),
  )
  const sent = request === undefined || request === null ? {} : { [body]: request }
  observeMessage(method.input, { ...variables, ...query, ...sent } as JsonValue)
  const settled = withoutPassing(answer)
  observeMessage(method.output, (responseBody === '' ? settled : { [responseBody]: settled }) as JsonValue)
}

/** The response without temporary states: only some runs see these, and the page must be the same after every run. */
function withoutPassing(answer: unknown): unknown {
  const passing = /"(?:IDENTITIES_OBTAINED|PRUNE_THRESHOLD_OBTAINED|POTENTIAL_ROLES_PROCESSING)"/g
  return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer).replaceAll(passing, '"CREATED"'))
}

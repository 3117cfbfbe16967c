import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf'
import { type PathForms, path_forms } from './generated/assay/transcoding/v1/annotations_pb.js'
import { http } from './generated/google/api/annotations_pb.js'
import type { HttpRule } from './generated/google/api/http_pb.js'
import { type RuleProblem, rpcName } from './rule-problem.ts'

/** One HTTP form of one rpc, from an HttpRule or its `additional_bindings`, not checked yet. */
export interface FlatRule {
  readonly method: DescMethod
  readonly httpMethod: string
  readonly template: string
  readonly body: string
  readonly responseBody: string
}

/**
 * The rules of the services, from their option google.api.http or from the mount option `rules`. A rule of the mount overrides
 * the annotation, and the last one for an rpc wins. Each rule is returned in all forms that the option path_forms of its
 * service defines.
 */
export function collectRules(
  services: readonly DescService[],
  given: readonly HttpRule[],
  problems: RuleProblem[],
): FlatRule[] {
  const ruleOf = new Map<DescMethod, HttpRule>()
  for (const service of services) {
    for (const method of service.methods) {
      if (hasOption(method, http)) ruleOf.set(method, getOption(method, http))
    }
  }
  for (const rule of given) {
    const selected = services.flatMap((service) => service.methods.filter((method) => selects(rule.selector, method)))
    if (selected.length === 0) {
      const reason = rule.selector === '' ? 'a rule given apart needs a selector' : 'the selector matches no rpc'
      problems.push({ rpc: rule.selector || '(no selector)', template: '', column: undefined, reason })
    }
    for (const method of selected) ruleOf.set(method, rule)
  }
  return [...ruleOf].flatMap(([method, rule]) => flatten(method, rule, problems))
}

function selects(selector: string, method: DescMethod): boolean {
  const name = rpcName(method)
  return selector === name || (selector.endsWith('.*') && name.startsWith(selector.slice(0, -1)))
}

function flatten(method: DescMethod, rule: HttpRule, problems: RuleProblem[]): FlatRule[] {
  const report = (template: string, reason: string): void => {
    problems.push({ rpc: rpcName(method), template, column: undefined, reason })
  }
  const flat: FlatRule[] = []
  for (const [index, binding] of [rule, ...rule.additionalBindings].entries()) {
    const pattern = readPattern(binding)
    if (pattern === undefined) {
      report('', 'a rule needs one of get, put, post, delete, patch and custom')
      continue
    }
    if (index > 0 && binding.additionalBindings.length > 0) {
      report(pattern.template, 'additional_bindings cannot be nested')
    }
    if (pattern.httpMethod === '') report(pattern.template, 'custom needs a kind')
    flat.push({ method, ...pattern, body: binding.body, responseBody: binding.responseBody })
  }
  if (!hasOption(method.parent, path_forms)) return flat
  const forms = getOption(method.parent, path_forms)
  return flat.flatMap((rule) => [rule, ...otherForms(rule, forms, report)])
}

/** The rule with the other paths that path_forms defines for it. */
function otherForms(rule: FlatRule, forms: PathForms, report: (template: string, reason: string) => void): FlatRule[] {
  const { prefix, otherPrefixes, infixes } = forms
  const { template } = rule
  const parts = template.startsWith(`${prefix}/`) ? /^(\/[^/:]+)(.*)$/s.exec(template.slice(prefix.length)) : null
  if (parts === null) {
    report(template, `the service has other forms of paths that begin with "${prefix}/", which this one does not`)
    return []
  }
  const [rest, first, behind] = parts
  const templates = [...otherPrefixes.map((other) => other + rest), ...infixes.map((infix) => first + infix + behind)]
  return templates.map((form) => ({ ...rule, template: form }))
}

function readPattern(rule: HttpRule): { httpMethod: string; template: string } | undefined {
  const { pattern } = rule
  if (pattern.case === undefined) return undefined
  if (pattern.case === 'custom') return { httpMethod: pattern.value.kind, template: pattern.value.path }
  return { httpMethod: pattern.case.toUpperCase(), template: pattern.value }
}

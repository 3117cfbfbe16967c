import { LibraryService } from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { HttpRuleSchema } from '@assay/contracts/google/api/http_pb'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { ruleCases } from './conformance/rule-cases.ts'
import { seeNothing, testServices } from './conformance/test-services.ts'
import { createTranscoder, type Transcoder, TranscodingRuleError } from './index.ts'

describe('rules are checked when the transcoder is made', () => {
  test.each(ruleCases.map((each) => [each.id, each.promise, each] as const))('%s: %s', (_id, _promise, each) => {
    const { rpc, template = '', column, reason } = each.problem
    const error = refusal(each.rules)
    expect(error.problems).toContainEqual({ rpc, template, column, reason: expect.stringMatching(reason) })
    expect(error.message).toContain(rpc)
    expect(error.message).toContain(template)
  })

  test('every problem is told, not only the first', () => {
    const error = refusal([
      rule('assay.transcoding.test.v1.LibraryService.GetBook', '/a/{b'),
      rule('assay.transcoding.test.v1.LibraryService.ListBooks', '/a/{c}'),
    ])
    expect(error.problems.map(({ template }) => template)).toEqual(['/a/{b', '/a/{c}'])
  })

  test('a rule given apart overrides the annotation, and the last one wins', () => {
    const { routes } = transcoder([
      rule('assay.transcoding.test.v1.LibraryService.GetBook', '/a'),
      rule('assay.transcoding.test.v1.LibraryService.GetBook', '/b'),
    ])
    expect(routes().filter(({ method }) => method === LibraryService.method.getBook)).toMatchObject([
      { httpMethod: 'GET', template: '/b' },
    ])
  })

  test('the prefix of a mount stands before its templates, and two mounts may serve the same services', () => {
    const handlers = testServices(seeNothing())
    const services = [LibraryService]
    const { routes } = createTranscoder({
      mounts: [
        { handlers, services, prefix: '/beta' },
        { handlers, services, prefix: '/v2' },
      ],
    })
    const templates = routes().map(({ mount, template }) => `${mount} ${template}`)
    expect(templates).toContain('0 /beta/v1/annotate')
    expect(templates).toContain('1 /v2/v1/annotate')
  })

  test('routes say what they bind', () => {
    const route = transcoder([])
      .routes()
      .find(({ method }) => method === LibraryService.method.createBook)
    expect(route).toMatchObject({
      httpMethod: 'POST',
      template: '/v1/{parent=shelves/*}/books',
      body: 'book',
      responseBody: '',
      successStatus: 201,
      mount: 0,
    })
  })
})

function rule(selector: string, value: string): MessageInitShape<typeof HttpRuleSchema> {
  return { selector, pattern: { case: 'get', value } }
}

function transcoder(rules: readonly MessageInitShape<typeof HttpRuleSchema>[]): Transcoder {
  const handlers = testServices(seeNothing())
  return createTranscoder({ mounts: [{ handlers, rules: rules.map((each) => create(HttpRuleSchema, each)) }] })
}

function refusal(rules: readonly MessageInitShape<typeof HttpRuleSchema>[]): TranscodingRuleError {
  try {
    transcoder(rules)
  } catch (error) {
    if (error instanceof TranscodingRuleError) return error
    throw error
  }
  throw new Error('the rules are accepted')
}

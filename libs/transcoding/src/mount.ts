import type { OutgoingHttpHeaders } from 'node:http'
import type { DescMethod, DescService, JsonValue, JsonWriteOptions, Registry } from '@bufbuild/protobuf'
import type { ConnectError, ConnectRouter, Interceptor } from '@connectrpc/connect'
import { type Binding, compileBinding } from './binding.ts'
import type { HttpRule } from './generated/google/api/http_pb.js'
import { collectRules } from './http-rules.ts'
import { collectHandlers, type Implementation } from './implementations.ts'
import type { ReadPolicy } from './request-message.ts'
import { type ResponseWriter, responseWriter, type WireOf } from './response-json.ts'
import { type RuleProblem, rpcName } from './rule-problem.ts'
import type { FieldDescriber } from './text-values.ts'
import type { WrittenMessages } from './wire/written-messages.ts'

/** Services under one policy. */
export interface MountOptions {
  /** Registers the implementations, as with a Connect router. */
  readonly handlers: (router: ConnectRouter) => void
  /** The services whose rules are served, in this order; all that `handlers` registers by default. */
  readonly services?: readonly DescService[]
  /** Stands before every template of the mount, such as `/beta`; empty by default. */
  readonly prefix?: string
  /** Around every call, as with a Connect router. */
  readonly interceptors?: Interceptor[]
  /** Rules by selector, which override the annotations of the proto; the last one for an rpc wins. */
  readonly rules?: readonly HttpRule[]
  /** Members of a body that the message does not have: `refuse` (the default) answers 400, `ignore` drops them. */
  readonly unknownFields?: 'refuse' | 'ignore'
  /**
   * Calls of which such members are refused where they say something, although `unknownFields` drops them: searches, whose answers would look as if they were
   * filtered.
   */
  readonly refusesUnknownOf?: (method: DescMethod) => boolean
  /** Parameters of the query that the request does not have: `refuse` (the default) answers 400, `ignore` drops them. */
  readonly unknownQuery?: 'refuse' | 'ignore'
  /**
   * What a field's value must be, such as "must be a whole number from 0 to 100", where that is narrower than its type. For
   * refusals of values that the type does not take; what the type takes is the handler's to check.
   */
  readonly describeField?: FieldDescriber
  /** Makes the document of an error; google.rpc.Status by default. */
  readonly renderError?: ErrorRenderer
  /**
   * Calls that the API has and the mount does not serve: they are refused with 501 and not as paths that nothing has. Those that a
   * rule serves are none of them.
   */
  readonly published?: readonly PublishedCall[]
  /**
   * Fields of responses that HTTP/1.1 spells as here, for clients that compare names with regard to case; all others are in lower
   * case, as in HTTP/2.
   */
  readonly fieldSpellings?: readonly string[]
  /** How responses are written. By default fields without presence are written even when zero. */
  readonly jsonOptions?: Partial<JsonWriteOptions>
  /** The types of google.protobuf.Any in bodies, responses and the details of errors. */
  readonly registry?: Registry
  /** The largest body that is held in memory, packed and unpacked; 4 MiB by default. Streamed bodies have no limit. */
  readonly maxBodyBytes?: number
  /** JSON of so many bytes and more is packed for clients that accept gzip; 1024 by default, Infinity for never. */
  readonly gzipMinBytes?: number
  /**
   * For handlers that pass on answers of other services without reading them: their JSON is then written from the bytes. Such
   * an answer carries the `$typeName` of its message, and interceptors see it as the handler gave it.
   */
  readonly wireOf?: WireOf
}

/** A call by its HTTP form alone. */
export interface PublishedCall {
  /** Upper case. */
  readonly httpMethod: string
  /** A path template, as in rules. */
  readonly template: string
}

export type ErrorRenderer = (failure: RenderableFailure) => RenderedError

export interface RenderableFailure {
  readonly error: ConnectError
  /** Of the code, or the one that the transcoder itself refuses with: 404, 405, 413, 415. */
  readonly httpStatus: number
  /** The method of the request. */
  readonly method: string
  /** As sent, query included. */
  readonly url: string
  /** The google.rpc.Status document, which the default renderer answers with. */
  readonly status: () => JsonValue
}

export interface RenderedError {
  readonly document: JsonValue
  /** Instead of `httpStatus`. */
  readonly httpStatus?: number
  readonly headers?: OutgoingHttpHeaders
}

/** A mount whose rules are checked and whose defaults are filled in. */
export interface Mount {
  readonly prefix: string
  readonly routes: readonly Route[]
  readonly reading: ReadPolicy
  /** Bodies of so many bytes and more are packed for clients that accept gzip; Infinity for none. */
  readonly gzipMinBytes: number
  readonly registry: Registry | undefined
  readonly renderError: ErrorRenderer
  /** Errors have no form of their own: the answer is that of the error, whatever the request was. */
  readonly hasPlainErrors: boolean
  readonly maxBodyBytes: number
  readonly wireOf: WireOf
  /** By the name in lower case. */
  readonly fieldSpellings: ReadonlyMap<string, string>
}

export interface Route {
  readonly mount: Mount
  readonly binding: Binding
  readonly implementation: Implementation
  readonly writeJson: ResponseWriter
}

/** Compiles the rules of one mount; adds what is wrong with them to `problems`. */
export function compileMount(options: MountOptions, problems: RuleProblem[], cache?: WrittenMessages): Mount {
  const prefix = options.prefix ?? ''
  const { services: registered, byMethod } = collectHandlers(options.handlers, options.interceptors ?? [])
  const { services = registered } = options
  const routes: Route[] = []
  const { registry } = options
  const mount: Mount = {
    prefix,
    routes,
    registry,
    reading: {
      unknownFields: options.unknownFields ?? 'refuse',
      refusesUnknownOf: options.refusesUnknownOf,
      unknownQuery: options.unknownQuery ?? 'refuse',
      registry,
      describeField: options.describeField,
    },
    gzipMinBytes: options.gzipMinBytes ?? 1024,
    renderError: options.renderError ?? (({ status }) => ({ document: status() })),
    hasPlainErrors: options.renderError === undefined,
    maxBodyBytes: options.maxBodyBytes ?? 4 * 1024 * 1024,
    wireOf: options.wireOf ?? (() => undefined),
    fieldSpellings: new Map((options.fieldSpellings ?? []).map((name) => [name.toLowerCase(), name])),
  }
  const jsonOptions = {
    alwaysEmitImplicit: true,
    ...(registry === undefined ? {} : { registry }),
    ...options.jsonOptions,
  }
  for (const rule of collectRules(services, options.rules ?? [], problems)) {
    const binding = compileBinding(rule, prefix, problems)
    const implementation = byMethod.get(rule.method)
    if (binding === undefined) continue
    if (implementation === undefined) {
      const reason = 'has a rule, but the handlers of the mount do not register its service'
      problems.push({ rpc: rpcName(rule.method), template: binding.template.source, column: undefined, reason })
      continue
    }
    routes.push({
      mount,
      binding,
      implementation,
      writeJson: responseWriter(binding, jsonOptions, mount.wireOf, cache),
    })
  }
  return mount
}

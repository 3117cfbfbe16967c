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

/** Services with one policy for requests, responses and errors. */
export interface MountOptions {
  /** Registers the implementations, as with a Connect router. */
  readonly handlers: (router: ConnectRouter) => void
  /** The services whose rules are served, in this order. Default: all that `handlers` registers. */
  readonly services?: readonly DescService[]
  /** A prefix of every template of the mount, such as `/beta`; empty by default. */
  readonly prefix?: string
  /** Interceptors of every call, as with a Connect router. */
  readonly interceptors?: Interceptor[]
  /** Rules by selector, which override the annotations of the proto; the last one for an rpc wins. */
  readonly rules?: readonly HttpRule[]
  /** Members of a body that the message does not have: `refuse` (the default) answers 400, `ignore` drops them. */
  readonly unknownFields?: 'refuse' | 'ignore'
  /**
   * Calls that refuse such members if they have a value, even if `unknownFields` is `ignore`. These are searches, whose
   * responses would otherwise look filtered.
   */
  readonly refusesUnknownOf?: (method: DescMethod) => boolean
  /** Query parameters that the request does not have: `refuse` (the default) answers 400, `ignore` drops them. */
  readonly unknownQuery?: 'refuse' | 'ignore'
  /**
   * Describes what the value of a field must be, such as "must be a whole number from 0 to 100", if that is narrower than its
   * type. It is used to refuse values that do not have the type; the handler checks values that have it.
   */
  readonly describeField?: FieldDescriber
  /** Makes the document of an error; google.rpc.Status by default. */
  readonly renderError?: ErrorRenderer
  /**
   * Calls that the API has and the mount does not serve. They are refused with 501, and not with 404. Calls that a rule serves
   * are not affected.
   */
  readonly published?: readonly PublishedCall[]
  /**
   * Names of response header fields in the spelling for HTTP/1.1, for clients that compare names with regard to case. All other
   * names are in lower case, as in HTTP/2.
   */
  readonly fieldSpellings?: readonly string[]
  /** How responses are written. By default, fields without presence are written even when they are zero. */
  readonly jsonOptions?: Partial<JsonWriteOptions>
  /** The types of google.protobuf.Any in bodies, responses and the details of errors. */
  readonly registry?: Registry
  /** The largest body that is held in memory, compressed and uncompressed; 4 MiB by default. Streamed bodies have no limit. */
  readonly maxBodyBytes?: number
  /** JSON of at least this number of bytes is compressed for clients that accept gzip. Default 1024; Infinity switches it off. */
  readonly gzipMinBytes?: number
  /**
   * For handlers that pass on responses of other services without reading them: returns the bytes of such a response, and its
   * JSON is written from them. The response has the `$typeName` of its message, and interceptors see it as the handler returned
   * it.
   */
  readonly wireOf?: WireOf
}

/** A call that is known only by its HTTP form. */
export interface PublishedCall {
  /** Upper case. */
  readonly httpMethod: string
  /** A path template, as in rules. */
  readonly template: string
}

export type ErrorRenderer = (failure: RenderableFailure) => RenderedError

export interface RenderableFailure {
  readonly error: ConnectError
  /** The status of the code, or of a refusal by the transcoder: 404, 405, 413, 415. */
  readonly httpStatus: number
  /** The method of the request. */
  readonly method: string
  /** The URL as sent, with its query. */
  readonly url: string
  /** The google.rpc.Status document, which the default renderer writes. */
  readonly status: () => JsonValue
}

export interface RenderedError {
  readonly document: JsonValue
  /** Replaces the `httpStatus` of the failure. */
  readonly httpStatus?: number
  readonly headers?: OutgoingHttpHeaders
}

/** A mount whose rules are checked and whose defaults are filled in. */
export interface Mount {
  readonly prefix: string
  readonly routes: readonly Route[]
  readonly reading: ReadPolicy
  /** JSON of at least this number of bytes is compressed for clients that accept gzip. */
  readonly gzipMinBytes: number
  readonly registry: Registry | undefined
  readonly renderError: ErrorRenderer
  /** Whether errors have the default form, so that the response depends only on the error and not on the request. */
  readonly hasPlainErrors: boolean
  readonly maxBodyBytes: number
  readonly wireOf: WireOf
  /** The spelling for HTTP/1.1, by the name in lower case. */
  readonly fieldSpellings: ReadonlyMap<string, string>
}

export interface Route {
  readonly mount: Mount
  readonly binding: Binding
  readonly implementation: Implementation
  readonly writeJson: ResponseWriter
}

/** Compiles the rules of one mount, and adds their faults to `problems`. */
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

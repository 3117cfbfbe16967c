import { file_google_rpc_error_details } from '@assay/contracts/google/rpc/error_details_pb'
import { file_google_rpc_status } from '@assay/contracts/google/rpc/status_pb'
import type { ServerReflection, ServerReflectionRequest } from '@assay/contracts/grpc/reflection/v1/reflection_pb'
import type {
  ServerReflection as OlderServerReflection,
  ServerReflectionRequest as OlderServerReflectionRequest,
} from '@assay/contracts/grpc/reflection/v1alpha/reflection_pb'
import {
  createRegistry,
  type DescExtension,
  type DescFile,
  type DescService,
  type Registry,
  toBinary,
} from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect'

type Question = (ServerReflectionRequest | OlderServerReflectionRequest)['messageRequest']

/** A plain object, so that it fits the response messages of both versions. */
type Answer =
  | { case: 'fileDescriptorResponse'; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: 'allExtensionNumbersResponse'; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: 'listServicesResponse'; value: { service: { name: string }[] } }
  | { case: 'errorResponse'; value: { errorCode: number; errorMessage: string } }

/**
 * Reflection over the descriptors of the given services and of error details; nothing else is described. Both versions of the protocol give
 * the same answers; many tools still use the older one.
 */
export function reflectionService(services: readonly DescService[]): {
  readonly v1: ServiceImpl<typeof ServerReflection>
  readonly v1alpha: ServiceImpl<typeof OlderServerReflection>
} {
  const catalogue = new Catalogue(services)
  async function* answers<Request extends { readonly host: string; readonly messageRequest: Question }>(
    requests: AsyncIterable<Request>,
  ) {
    for await (const request of requests) {
      const messageResponse = catalogue.answer(request.messageRequest)
      yield { validHost: request.host, originalRequest: request, messageResponse }
    }
  }
  return { v1: { serverReflectionInfo: answers }, v1alpha: { serverReflectionInfo: answers } }
}

class Catalogue {
  readonly #services: readonly DescService[]
  readonly #files = new Map<string, DescFile>()
  readonly #extensions: DescExtension[] = []
  readonly #registry: Registry

  constructor(services: readonly DescService[]) {
    this.#services = services
    for (const service of services) this.#add(service.file)
    // Every call may return these in the details of its error, although no request or response mentions them.
    this.#add(file_google_rpc_error_details)
    this.#add(file_google_rpc_status)
    const files = [...this.#files.values()]
    this.#extensions = files.flatMap((file) => file.extensions)
    this.#registry = createRegistry(...files)
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.name)) return
    this.#files.set(file.name, file)
    for (const dependency of file.dependencies) this.#add(dependency)
  }

  /** The answer to an unknown name is an error of the protocol, not of the call: the stream continues. */
  answer(question: Question): Answer {
    switch (question.case) {
      case 'listServices': {
        const service = this.#services.map(({ typeName }) => ({ name: typeName }))
        return { case: 'listServicesResponse', value: { service } }
      }
      case 'fileByFilename':
        return found(this.#files.get(question.value.replace(/\.proto$/, '')), question.value)
      case 'fileContainingSymbol':
        return found(this.#fileOf(question.value), question.value)
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = question.value
        const extension = this.#extensions.find(
          (one) => one.extendee.typeName === containingType && one.number === extensionNumber,
        )
        return found(extension?.file, `${containingType} [${extensionNumber}]`)
      }
      case 'allExtensionNumbersOfType': {
        const extensionNumber = this.#extensions
          .filter((one) => one.extendee.typeName === question.value)
          .map((one) => one.number)
        return { case: 'allExtensionNumbersResponse', value: { baseTypeName: question.value, extensionNumber } }
      }
      case undefined:
        throw new ConnectError('message_request: set one of its members', Code.InvalidArgument)
    }
  }

  /** The file of a type, a service, an enum, or a member of one (`package.Service.Method`). */
  #fileOf(symbol: string): DescFile | undefined {
    const direct = this.#registry.get(symbol)
    if (direct !== undefined) return direct.file
    return this.#registry.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf('.'))))?.file
  }
}

function found(file: DescFile | undefined, name: string): Answer {
  if (file === undefined) {
    return { case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: `"${name}" is not known here` } }
  }
  const fileDescriptorProto = [toBinary(FileDescriptorProtoSchema, file.proto)]
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } }
}

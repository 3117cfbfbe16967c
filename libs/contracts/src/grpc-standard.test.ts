import type { DescMessage } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatusSchema,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
} from './generated/grpc/health/v1/health_pb.js'
import * as reflectionV1 from './generated/grpc/reflection/v1/reflection_pb.js'
import * as reflectionV1Alpha from './generated/grpc/reflection/v1alpha/reflection_pb.js'
import { Health } from './index.ts'

const numbersOf = (message: DescMessage) =>
  Object.fromEntries(message.fields.map((field) => [field.name, field.number]))

test('health has the names and numbers that gRPC published', () => {
  expect(Health.typeName).toBe('grpc.health.v1.Health')
  expect(Health.methods.map((method) => `${method.name} ${method.methodKind}`)).toEqual([
    'Check unary',
    'List unary',
    'Watch server_streaming',
  ])
  expect(numbersOf(HealthCheckRequestSchema)).toEqual({ service: 1 })
  expect(numbersOf(HealthCheckResponseSchema)).toEqual({ status: 1 })
  expect(numbersOf(HealthListResponseSchema)).toEqual({ statuses: 1 })
  expect(HealthCheckResponse_ServingStatusSchema.values.map((value) => value.name)).toEqual([
    'UNKNOWN',
    'SERVING',
    'NOT_SERVING',
    'SERVICE_UNKNOWN',
  ])
})

test.each([
  ['v1', reflectionV1],
  ['v1alpha', reflectionV1Alpha],
])('reflection %s has the names and numbers that gRPC published', (version, reflection) => {
  expect(reflection.ServerReflection.typeName).toBe(`grpc.reflection.${version}.ServerReflection`)
  expect(reflection.ServerReflection.methods.map((method) => `${method.name} ${method.methodKind}`)).toEqual([
    'ServerReflectionInfo bidi_streaming',
  ])
  expect(numbersOf(reflection.ServerReflectionRequestSchema)).toEqual({
    host: 1,
    file_by_filename: 3,
    file_containing_symbol: 4,
    file_containing_extension: 5,
    all_extension_numbers_of_type: 6,
    list_services: 7,
  })
  expect(numbersOf(reflection.ServerReflectionResponseSchema)).toEqual({
    valid_host: 1,
    original_request: 2,
    file_descriptor_response: 4,
    all_extension_numbers_response: 5,
    list_services_response: 6,
    error_response: 7,
  })
  expect(numbersOf(reflection.ExtensionRequestSchema)).toEqual({ containing_type: 1, extension_number: 2 })
  expect(numbersOf(reflection.FileDescriptorResponseSchema)).toEqual({ file_descriptor_proto: 1 })
  expect(numbersOf(reflection.ExtensionNumberResponseSchema)).toEqual({ base_type_name: 1, extension_number: 2 })
  expect(numbersOf(reflection.ListServiceResponseSchema)).toEqual({ service: 1 })
  expect(numbersOf(reflection.ServiceResponseSchema)).toEqual({ name: 1 })
  expect(numbersOf(reflection.ErrorResponseSchema)).toEqual({ error_code: 1, error_message: 2 })
})

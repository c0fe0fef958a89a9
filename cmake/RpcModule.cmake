# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT

include(GenerateExportHeader)

# rpc_add_module(Core SOURCES a.cpp ... PUBLIC Qt6::Core ... PRIVATE EXPAT::EXPAT)
# One library of rpccore: target rpccore_core, alias RpcCore::Core, export header <rpccore_core_export.h>.
function(rpc_add_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    string(TOLOWER "rpccore_${name}" target)
    add_library(${target} ${arg_SOURCES})
    add_library(RpcCore::${name} ALIAS ${target})
    antiphon_defaults(${target})
    string(TOUPPER "RPC${name}_EXPORT" macro)
    generate_export_header(${target} EXPORT_MACRO_NAME ${macro} EXPORT_FILE_NAME "${PROJECT_BINARY_DIR}/include/${target}_export.h")
    if(NOT BUILD_SHARED_LIBS)
        string(TOUPPER "${target}_STATIC_DEFINE" static)
        target_compile_definitions(${target} PUBLIC ${static})
    endif()
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>")
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

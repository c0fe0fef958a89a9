# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT

include(GenerateExportHeader)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(RPC_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/RpcCore")

# rpc_add_module(Core SOURCES a.cpp a.h ... INTERNAL b.h ... PUBLIC Qt6::Core ... PRIVATE EXPAT::EXPAT)
# One library of rpccore: target rpccore_core, alias RpcCore::Core, export header <rpccore_core_export.h>. It is installed as
# the component Core of the package RpcCore, with the headers of SOURCES. Those of INTERNAL belong to the target, too, but
# are neither installed nor in the reference (EXCLUDE in docs/Doxyfile names the same ones; the test `reference` compares).
function(rpc_add_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;INTERNAL;PUBLIC;PRIVATE" ${ARGN})
    string(TOLOWER "rpccore_${name}" target)
    add_library(${target} ${arg_SOURCES} ${arg_INTERNAL})
    add_library(RpcCore::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    antiphon_defaults(${target})
    string(TOUPPER "RPC${name}_EXPORT" macro)
    generate_export_header(${target} EXPORT_MACRO_NAME ${macro} EXPORT_FILE_NAME "${PROJECT_BINARY_DIR}/include/${target}_export.h")
    if(NOT BUILD_SHARED_LIBS)
        string(TOUPPER "${target}_STATIC_DEFINE" static)
        target_compile_definitions(${target} PUBLIC ${static})
    endif()
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})

    install(TARGETS ${target} EXPORT RpcCore${name} COMPONENT library)
    install(EXPORT RpcCore${name} NAMESPACE RpcCore:: DESTINATION "${RPC_PACKAGE_DIR}" COMPONENT library)
    install(FILES "${PROJECT_BINARY_DIR}/include/${target}_export.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)
    foreach(source IN LISTS arg_SOURCES)
        if(source MATCHES "\\.h$")
            get_filename_component(folder "${source}" DIRECTORY)
            install(FILES "${source}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/rpccore/${folder}" COMPONENT library)
        endif()
    endforeach()
endfunction()

# The package file: find_package(RpcCore COMPONENTS Core HttpServer Script).
function(rpc_install_package)
    configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/RpcCoreConfig.cmake.in" "${PROJECT_BINARY_DIR}/RpcCoreConfig.cmake"
        INSTALL_DESTINATION "${RPC_PACKAGE_DIR}")
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/RpcCoreConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
    install(FILES "${PROJECT_BINARY_DIR}/RpcCoreConfig.cmake" "${PROJECT_BINARY_DIR}/RpcCoreConfigVersion.cmake"
        DESTINATION "${RPC_PACKAGE_DIR}" COMPONENT library)
endfunction()

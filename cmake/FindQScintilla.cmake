# SPDX-FileCopyrightText: 2026 The Antiphon authors
# SPDX-License-Identifier: MIT

# QScintilla for Qt 6 ships no CMake package. Defines QScintilla::QScintilla.
find_library(QScintilla_LIBRARY NAMES qscintilla2_qt6)
find_path(QScintilla_INCLUDE_DIR NAMES Qsci/qsciscintilla.h PATHS ${Qt6Core_INCLUDE_DIRS} /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}/qt6 PATH_SUFFIXES qt6)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(QScintilla REQUIRED_VARS QScintilla_LIBRARY QScintilla_INCLUDE_DIR)
if(QScintilla_FOUND AND NOT TARGET QScintilla::QScintilla)
    add_library(QScintilla::QScintilla UNKNOWN IMPORTED)
    set_target_properties(QScintilla::QScintilla PROPERTIES
        IMPORTED_LOCATION "${QScintilla_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${QScintilla_INCLUDE_DIR}")
endif()
mark_as_advanced(QScintilla_LIBRARY QScintilla_INCLUDE_DIR)

# What `cmake --install` puts where; the binary looks for its module in ../lib/tidemark.
install(TARGETS tidemark RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET tidemark_ffmpeg)
  install(TARGETS tidemark_ffmpeg LIBRARY DESTINATION lib/tidemark)
endif()
install(TARGETS tidemark_library LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/tidemark DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# Made when it is installed: only then is the prefix known.
install(CODE "
  set(PROJECT_VERSION ${PROJECT_VERSION})
  set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
  set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
  configure_file(${PROJECT_SOURCE_DIR}/packaging/tidemark.pc.in ${PROJECT_BINARY_DIR}/tidemark.pc @ONLY)
")
install(FILES ${PROJECT_BINARY_DIR}/tidemark.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES packaging/tidemark.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/completions/tidemark.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tidemark)
# Debian's zsh looks in the first below /usr/local and in the second below /usr.
foreach(folder site-functions vendor-completions)
  install(FILES packaging/completions/_tidemark DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${folder})
endforeach()
install(FILES packaging/completions/tidemark.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES docs/report.schema.json share/sample_432.flac
  DESTINATION ${CMAKE_INSTALL_DATADIR}/tidemark)
install(FILES LICENSE NOTICE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

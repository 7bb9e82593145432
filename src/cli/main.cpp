#include "cli/program.h"

int main(int argc, char** argv) { return ihc::run_program(argc, argv); }
